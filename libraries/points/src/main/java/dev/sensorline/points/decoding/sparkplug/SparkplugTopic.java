package dev.sensorline.points.decoding.sparkplug;

import java.util.Map;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;

/**
 * What a topic says (4.1): {@code spBv1.0/group/type/node} or {@code spBv1.0/group/type/node/device}.
 *
 * @param device {@link EdgeNode#ITSELF} if the message is the edge node's own
 */
record SparkplugTopic(String group, Type type, String node, String device) {

    private static final String NAMESPACE = "spBv1.0";
    private static final int LEVELS_OF_NODE = 4;
    private static final int LEVELS_OF_DEVICE = 5;

    enum Type {
        NBIRTH,
        NDATA,
        NDEATH,
        NCMD,
        DBIRTH,
        DDATA,
        DDEATH,
        DCMD,
        /** Of a host application, whose topic is shorter. */
        STATE
    }

    private static final Map<String, Type> OF_NODES =
            Map.of("NBIRTH", Type.NBIRTH, "NDATA", Type.NDATA, "NDEATH", Type.NDEATH, "NCMD", Type.NCMD);
    private static final Map<String, Type> OF_DEVICES =
            Map.of("DBIRTH", Type.DBIRTH, "DDATA", Type.DDATA, "DDEATH", Type.DDEATH, "DCMD", Type.DCMD);

    /** @throws InvalidReadingException if it is not the topic of a message of Sparkplug */
    static SparkplugTopic parse(String text) throws InvalidReadingException {
        String[] levels = text.split("/", -1);
        if (levels[0].equals(NAMESPACE)) {
            if (levels.length > 1 && levels[1].equals(Type.STATE.name())) {
                return new SparkplugTopic("", Type.STATE, "", EdgeNode.ITSELF);
            }
            Type type = levels.length == LEVELS_OF_NODE
                    ? OF_NODES.get(levels[2])
                    : levels.length == LEVELS_OF_DEVICE ? OF_DEVICES.get(levels[2]) : null;
            if (type != null) {
                return new SparkplugTopic(
                        levels[1], type, levels[3], levels.length == LEVELS_OF_DEVICE ? levels[4] : EdgeNode.ITSELF);
            }
        }
        throw new InvalidReadingException(Reason.MALFORMED, "not a topic of Sparkplug B");
    }

    /** The name of the edge node, with its group. */
    String edgeNode() {
        return group + '/' + node;
    }
}
