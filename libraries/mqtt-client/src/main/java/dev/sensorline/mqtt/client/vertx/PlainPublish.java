package dev.sensorline.mqtt.client.vertx;

import java.util.List;
import java.util.Map;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.QoS;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * A PUBLISH (3.3) as nearly all are: with a topic in ASCII and without properties. It is read where it lies, for a fraction of
 * what the decoder takes for objects of its own; what is not plain is left to the decoder. One object for all messages of a
 * connection; belongs to the event loop.
 */
final class PlainPublish implements InboundPublish {

    private static final int DUP = 0x08;
    private static final int RETAIN = 0x01;

    private final boolean isVersion5;
    private final PlainTopics topics = new PlainTopics();
    private int flags;
    private int packetId;
    private String topic = "";
    private ByteBuf in;
    private int payloadStart;
    private int payloadSize;

    PlainPublish(boolean isVersion5) {
        this.isVersion5 = isVersion5;
    }

    /**
     * Reads a whole message; its content is valid while the buffer is.
     *
     * @param firstByte of the fixed header
     * @param start     where the fixed header ends
     * @param length    the remaining length (2.2.3)
     * @return false if it is not plain, or not valid
     */
    boolean read(int firstByte, ByteBuf buffer, int start, int length) {
        int qos = qos(firstByte);
        boolean isDuplicateAtQoS0 = qos == 0 && (firstByte & DUP) != 0;
        int afterTopic = (qos > 0 ? Short.BYTES : 0) + (isVersion5 ? 1 : 0);
        if (qos > 2 || isDuplicateAtQoS0 || length < Short.BYTES + afterTopic) {
            return false;
        }
        int topicStart = start + Short.BYTES;
        int topicLength = buffer.getUnsignedShort(start);
        if (Short.BYTES + topicLength + afterTopic > length) {
            return false;
        }
        String name = topics.at(buffer, topicStart, topicLength);
        if (name == null) {
            return false;
        }
        int next = topicStart + topicLength;
        int id = 0;
        if (qos > 0) {
            id = buffer.getUnsignedShort(next);
            next += Short.BYTES;
            if (id == 0) {
                return false;
            }
        }
        if (isVersion5 && buffer.getByte(next++) != 0) {
            return false;
        }
        flags = firstByte;
        packetId = id;
        topic = name;
        in = buffer;
        payloadStart = next;
        payloadSize = start + length - next;
        return true;
    }

    private static int qos(int firstByte) {
        return firstByte >> 1 & 3;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public QoS qos() {
        return QoS.of(qos(flags));
    }

    @Override
    public boolean isDuplicate() {
        return (flags & DUP) != 0;
    }

    @Override
    public boolean isRetained() {
        return (flags & RETAIN) != 0;
    }

    @Override
    public int packetId() {
        return packetId;
    }

    @Override
    public int payloadSize() {
        return payloadSize;
    }

    @Override
    public byte[] copyPayload(int maxBytes) {
        return ByteBufUtil.getBytes(in, payloadStart, Math.min(maxBytes, payloadSize));
    }

    @Override
    public List<Map.Entry<String, String>> userProperties() {
        return List.of();
    }
}
