package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Packets of MQTT 3.1.1 and 5 as a broker writes and reads them: bytes by the specification, without the client's codec. Reading
 * fails where a client must not send what it has sent.
 */
final class Packets {

    static final int REFUSED_NOT_AUTHORIZED = 5;
    static final int SUBSCRIPTION_REFUSED = 128;

    private static final int DUPLICATE = 8;
    private static final int RETAINED = 1;

    private Packets() {}

    static byte[] connack(boolean sessionPresent, int returnCode) {
        return packet(0x20, body -> {
            body.writeByte(sessionPresent ? 1 : 0);
            body.writeByte(returnCode);
        });
    }

    /** CONNACK of MQTT 5. */
    static byte[] connack5(boolean sessionPresent, int reasonCode, byte[]... properties) {
        return packet(0x20, body -> {
            body.writeByte(sessionPresent ? 1 : 0);
            body.writeByte(reasonCode);
            write(body, properties);
        });
    }

    /** DISCONNECT of MQTT 5. */
    static byte[] disconnect5(int reasonCode, byte[]... properties) {
        return packet(0xe0, body -> {
            body.writeByte(reasonCode);
            write(body, properties);
        });
    }

    /** SUBACK of MQTT 5. */
    static byte[] suback5(int packetId, int... reasonCodes) {
        return packet(0x90, body -> {
            body.writeShort(packetId);
            write(body);
            for (int code : reasonCodes) {
                body.writeByte(code);
            }
        });
    }

    /** PUBACK of MQTT 5. */
    static byte[] puback5(int packetId, int reasonCode, byte[]... properties) {
        return packet(0x40, body -> {
            body.writeShort(packetId);
            body.writeByte(reasonCode);
            write(body, properties);
        });
    }

    /** PUBLISH of MQTT 5 at QoS 1. */
    static byte[] publish5(String topic, String payload, int packetId, byte[]... properties) {
        return packet(0x32, body -> {
            body.writeUTF(topic);
            body.writeShort(packetId);
            write(body, properties);
            body.write(payload.getBytes(UTF_8));
        });
    }

    /** A property of MQTT 5 with a number of so many bytes. */
    static byte[] number(int identifier, int bytes, long value) {
        return bytes(body -> {
            body.writeByte(identifier);
            for (int i = bytes - 1; i >= 0; i--) {
                body.writeByte((int) (value >> 8 * i));
            }
        });
    }

    /** A property of MQTT 5 with one text, or two for a user property. */
    static byte[] text(int identifier, String... texts) {
        return bytes(body -> {
            body.writeByte(identifier);
            for (String text : texts) {
                body.writeUTF(text);
            }
        });
    }

    private static void write(DataOutputStream body, byte[]... properties) throws IOException {
        int length = 0;
        for (byte[] property : properties) {
            length += property.length;
        }
        body.writeByte(length);
        for (byte[] property : properties) {
            body.write(property);
        }
    }

    private static byte[] bytes(Body content) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            content.writeTo(new DataOutputStream(bytes));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] suback(int packetId, int... returnCodes) {
        return packet(0x90, body -> {
            body.writeShort(packetId);
            for (int code : returnCodes) {
                body.writeByte(code);
            }
        });
    }

    static byte[] publish(String topic, String payload, int qos, int packetId) {
        return publish(topic, payload, qos, packetId, 0);
    }

    static byte[] republish(String topic, String payload, int qos, int packetId) {
        return publish(topic, payload, qos, packetId, DUPLICATE);
    }

    static byte[] retained(String topic, String payload) {
        return publish(topic, payload, 0, 0, RETAINED);
    }

    private static byte[] publish(String topic, String payload, int qos, int packetId, int flags) {
        return publish(4, flags | qos << 1, topic.getBytes(UTF_8), payload, packetId);
    }

    /**
     * PUBLISH.
     *
     * @param level the protocol level: 4, or 5 with empty properties
     * @param flags of the fixed header
     * @param topic in UTF-8, or in what a broker must not send
     */
    static byte[] publish(int level, int flags, byte[] topic, String payload, int packetId) {
        return packet(0x30 | flags, body -> {
            body.writeShort(topic.length);
            body.write(topic);
            if ((flags & 6) != 0) {
                body.writeShort(packetId);
            }
            if (level == 5) {
                body.writeByte(0);
            }
            body.write(payload.getBytes(UTF_8));
        });
    }

    static byte[] puback(int packetId) {
        return packet(0x40, body -> body.writeShort(packetId));
    }

    static byte[] pubrec(int packetId) {
        return packet(0x50, body -> body.writeShort(packetId));
    }

    static byte[] pubrel(int packetId) {
        return packet(0x62, body -> body.writeShort(packetId));
    }

    static byte[] unsuback5(int packetId, int... reasonCodes) {
        return packet(0xb0, body -> {
            body.writeShort(packetId);
            write(body);
            for (int code : reasonCodes) {
                body.writeByte(code);
            }
        });
    }

    static byte[] pubrec5(int packetId, int reasonCode) {
        return packet(0x50, body -> {
            body.writeShort(packetId);
            body.writeByte(reasonCode);
            write(body);
        });
    }

    static byte[] unsuback(int packetId) {
        return packet(0xb0, body -> body.writeShort(packetId));
    }

    static byte[] pubcomp(int packetId) {
        return packet(0x70, body -> body.writeShort(packetId));
    }

    static byte[] pingresp() {
        return packet(0xd0, body -> {});
    }

    private interface Body {

        void writeTo(DataOutputStream body) throws IOException;
    }

    private static byte[] packet(int firstByte, Body body) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            body.writeTo(new DataOutputStream(bytes));
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            packet.write(firstByte);
            int length = bytes.size();
            do {
                packet.write(length % 128 | (length >= 128 ? 128 : 0));
                length /= 128;
            } while (length > 0);
            bytes.writeTo(packet);
            return packet.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All packets in these bytes, as text. */
    static List<String> read(byte[] bytes) {
        return read(bytes, 4);
    }

    /**
     * All packets in these bytes, as text.
     *
     * @param level the protocol level, 4 or 5
     */
    static List<String> read(byte[] bytes, int level) {
        List<String> packets = new ArrayList<>();
        InputStream in = new ByteArrayInputStream(bytes);
        for (String packet = read(in, level); packet != null; packet = read(in, level)) {
            packets.add(packet);
        }
        return packets;
    }

    /** The next packet, as text; null at the end. */
    static String read(InputStream stream) {
        return read(stream, 4);
    }

    /** The next packet of a client that speaks this protocol level, as text; null at the end. */
    static String read(InputStream stream, int level) {
        try {
            DataInputStream in = new DataInputStream(stream);
            int first = in.read();
            if (first < 0) {
                return null;
            }
            int length = 0;
            int digit;
            int shift = 0;
            do {
                digit = in.readUnsignedByte();
                length |= (digit & 127) << shift;
                shift += 7;
            } while (digit >= 128);
            require(digit > 0 || shift == 7, "a number has more bytes than it needs");
            byte[] body = new byte[length];
            in.readFully(body);
            DataInputStream content = new DataInputStream(new ByteArrayInputStream(body));
            String packet = text(first, content, level);
            require(content.available() == 0, "a packet is longer than what it contains");
            return packet;
        } catch (EOFException e) {
            throw new AssertionError("a packet is incomplete", e);
        } catch (IOException e) {
            return null; // The connection has been closed.
        }
    }

    private static String text(int first, DataInputStream body, int level) throws IOException {
        return switch (first) {
            case 0x10 -> connect(body);
            case 0x40 -> "PUBACK " + body.readUnsignedShort();
            case 0x50 -> "PUBREC " + body.readUnsignedShort();
            case 0x62 -> "PUBREL " + body.readUnsignedShort();
            case 0x70 -> "PUBCOMP " + body.readUnsignedShort();
            case 0xa2 -> unsubscribe(body, level);
            case 0x82 -> subscribe(body, level);
            case 0xc0 -> "PINGREQ";
            case 0xe0 ->
                body.available() == 0
                        ? "DISCONNECT"
                        : "DISCONNECT reason " + Integer.toHexString(body.readUnsignedByte()) + emptyProperties(body);
            default -> {
                if (first >> 4 != 3) {
                    throw new AssertionError("a client must not send " + Integer.toHexString(first));
                }
                yield publish(first, body, level);
            }
        };
    }

    private static String connect(DataInputStream body) throws IOException {
        StringBuilder text = new StringBuilder("CONNECT ").append(readText(body));
        int level = body.readByte();
        text.append(level);
        int flags = body.readUnsignedByte();
        require((flags & 1) == 0, "the reserved flag is set");
        require((flags & 4) != 0 || (flags & 0x38) == 0, "QoS or retain is set without a last will");
        require((flags & 0x18) != 0x18, "the last will has QoS 3");
        require((flags & 128) != 0 || (flags & 64) == 0, "a password without a user name");
        text.append((flags & 2) != 0 ? " clean" : " persistent")
                .append(" keep-alive ")
                .append(body.readUnsignedShort());
        if (level == 5) {
            readProperties(body, text);
        }
        text.append(" id ").append(readText(body));
        if ((flags & 4) != 0) {
            if (level == 5) {
                readProperties(body, text);
            }
            text.append(" will ")
                    .append(readText(body))
                    .append(' ')
                    .append(readText(body))
                    .append(" qos ")
                    .append(flags >> 3 & 3)
                    .append((flags & 32) != 0 ? " retained" : "");
        }
        if ((flags & 128) != 0) {
            text.append(" user ").append(readText(body));
        }
        if ((flags & 64) != 0) {
            text.append(" password ").append(readText(body));
        }
        return text.toString();
    }

    /** Properties that a client may send in CONNECT, will and PUBLISH, with numbers or as a user property. */
    private static void readProperties(DataInputStream body, StringBuilder text) throws IOException {
        int length = 0;
        int digit;
        int shift = 0;
        do {
            digit = body.readUnsignedByte();
            length |= (digit & 127) << shift;
            shift += 7;
        } while (digit >= 128);
        int end = body.available() - length;
        while (body.available() > end) {
            int identifier = body.readByte();
            text.append(" property ").append(identifier).append('=');
            switch (identifier) {
                case 33, 34 -> text.append(body.readUnsignedShort());
                case 38 -> text.append(readText(body)).append('=').append(readText(body));
                default -> text.append(body.readInt() & 0xffff_ffffL);
            }
        }
        require(body.available() == end, "the length of the properties is wrong");
    }

    private static String subscribe(DataInputStream body, int level) throws IOException {
        StringBuilder text = new StringBuilder("SUBSCRIBE ").append(body.readUnsignedShort());
        readEmptyProperties(body, level);
        while (body.available() > 0) {
            text.append(' ').append(readText(body)).append(" qos ").append(body.readByte());
        }
        return text.toString();
    }

    private static String unsubscribe(DataInputStream body, int level) throws IOException {
        StringBuilder text = new StringBuilder("UNSUBSCRIBE ").append(body.readUnsignedShort());
        readEmptyProperties(body, level);
        while (body.available() > 0) {
            text.append(' ').append(readText(body));
        }
        return text.toString();
    }

    private static void readEmptyProperties(DataInputStream body, int level) throws IOException {
        require(level != 5 || body.readByte() == 0, "the client must send no properties");
    }

    private static String emptyProperties(DataInputStream body) throws IOException {
        if (body.available() > 0) {
            readEmptyProperties(body, 5);
        }
        return "";
    }

    private static String readText(DataInputStream body) throws IOException {
        byte[] bytes = new byte[body.readUnsignedShort()];
        body.readFully(bytes);
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            require(text.indexOf(0) < 0, "a text has U+0000");
            return text;
        } catch (CharacterCodingException e) {
            throw new AssertionError("a text is not well-formed UTF-8", e);
        }
    }

    private static void require(boolean isKept, String violation) {
        if (!isKept) {
            throw new AssertionError(violation);
        }
    }

    private static String publish(int first, DataInputStream body, int level) throws IOException {
        int qos = first >> 1 & 3;
        String topic = readText(body);
        require(qos > 0 || (first & DUPLICATE) == 0, "a message of QoS 0 is marked as a duplicate");
        String packetId = qos > 0 ? body.readUnsignedShort() + " " : "";
        StringBuilder properties = new StringBuilder();
        if (level == 5) {
            readPublishProperties(body, properties);
        }
        return "PUBLISH " + packetId + topic + " "
                + new String(body.readAllBytes(), UTF_8) + " qos " + qos + ((first & RETAINED) != 0 ? " retained" : "")
                + ((first & DUPLICATE) != 0 ? " duplicate" : "") + properties;
    }

    /** Message expiry and user properties: a client must not send a subscription identifier, and this one sends no alias. */
    private static void readPublishProperties(DataInputStream body, StringBuilder text) throws IOException {
        readProperties(body, text);
        require(
                text.toString().matches("( property (2=\\d+|38=[^ ]*=[^ ]*))*"),
                "a message has other properties than expiry and user properties:" + text);
    }
}
