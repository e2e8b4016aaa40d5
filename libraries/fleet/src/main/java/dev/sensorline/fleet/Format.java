package dev.sensorline.fleet;

import java.util.Optional;

/** How readings are written in messages. */
public sealed interface Format {

    /** Formats that are known by a name, which a file has in lower case. */
    enum Known implements Format {
        /** The bare number. */
        VALUE,
        /** A JSON object. */
        JSON,
        /** Line protocol of InfluxDB. */
        LINE,
        /** Comma-separated values. */
        CSV,
        /** Sensor Measurement Lists (RFC 8428). */
        SENML,
        /** The JSON object in CBOR. */
        CBOR,
        /** The JSON object in MessagePack. */
        MSGPACK
    }

    /**
     * Sparkplug B. Sensors are devices of edge nodes, or are edge nodes themselves.
     *
     * @param groupId     Sparkplug's group; empty: the name of the group in the file
     * @param node        names of the edge nodes, if they have devices; empty: the name of the group in the file
     * @param devices     how many sensors are devices of one edge node; 0: each sensor is an edge node without devices
     * @param primaryHost id of the host application that edge nodes wait for; empty: they wait for none
     */
    record Sparkplug(Optional<String> groupId, Optional<String> node, int devices, Optional<String> primaryHost)
            implements Format {

        /** Sparkplug's group of a group in a file. */
        public String groupId(String group) {
            return groupId.orElse(group);
        }

        /**
         * Names of the edge nodes of a group. The first {@link #devices} sensors are devices of the first one, and so on. Their numbers
         * are those that they would have if the number of the first sensor were 1, so that groups of different sensors differ.
         */
        public NamePattern nodes(String group, NamePattern sensors) {
            return devices == 0
                    ? sensors
                    : NamePattern.of(
                            node.orElse(group),
                            Math.floorDiv(sensors.first() - 1, devices) + 1,
                            (sensors.count() - 1) / devices + 1);
        }

        /** Topics of the data of each sensor. */
        public TopicPattern topic(String group, NamePattern sensors) {
            return devices == 0
                    ? new TopicPattern("spBv1.0/" + groupId(group) + "/NDATA/{name}", group, sensors)
                    : TopicPattern.ofDevices(
                            "spBv1.0/" + groupId(group) + "/DDATA/", nodes(group, sensors), devices, sensors);
        }
    }

    /** A text of the user's own, in which names in braces stand for the values of a reading. */
    record Template(String text) implements Format {}

    /** Whether a message can have several metrics. */
    default boolean takesSeveralMetrics() {
        return this != Known.VALUE;
    }
}
