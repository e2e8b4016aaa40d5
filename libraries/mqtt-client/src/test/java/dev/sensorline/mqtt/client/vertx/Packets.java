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
import java.util.ArrayList;
import java.util.List;

/** Packets of MQTT 3.1.1 as a broker writes and reads them: bytes by the specification, without the client's codec. */
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
        return packet(0x30 | flags | qos << 1, body -> {
            body.writeUTF(topic);
            if (qos > 0) {
                body.writeShort(packetId);
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
        List<String> packets = new ArrayList<>();
        InputStream in = new ByteArrayInputStream(bytes);
        for (String packet = read(in); packet != null; packet = read(in)) {
            packets.add(packet);
        }
        return packets;
    }

    /** The next packet, as text; null at the end. */
    static String read(InputStream stream) {
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
            byte[] body = new byte[length];
            in.readFully(body);
            return text(first, new DataInputStream(new ByteArrayInputStream(body)));
        } catch (EOFException e) {
            throw new AssertionError("a packet is incomplete", e);
        } catch (IOException e) {
            return null; // The connection has been closed.
        }
    }

    private static String text(int first, DataInputStream body) throws IOException {
        return switch (first) {
            case 0x10 -> connect(body);
            case 0x40 -> "PUBACK " + body.readUnsignedShort();
            case 0x50 -> "PUBREC " + body.readUnsignedShort();
            case 0x62 -> "PUBREL " + body.readUnsignedShort();
            case 0x70 -> "PUBCOMP " + body.readUnsignedShort();
            case 0xa2 -> unsubscribe(body);
            case 0x82 -> subscribe(body);
            case 0xc0 -> "PINGREQ";
            case 0xe0 -> "DISCONNECT";
            default -> {
                if (first >> 4 != 3) {
                    throw new AssertionError("a client must not send " + Integer.toHexString(first));
                }
                yield publish(first, body);
            }
        };
    }

    private static String connect(DataInputStream body) throws IOException {
        StringBuilder text =
                new StringBuilder("CONNECT ").append(body.readUTF()).append(body.readByte());
        int flags = body.readUnsignedByte();
        text.append((flags & 2) != 0 ? " clean" : " persistent")
                .append(" keep-alive ")
                .append(body.readUnsignedShort());
        text.append(" id ").append(body.readUTF());
        if ((flags & 4) != 0) {
            text.append(" will ")
                    .append(body.readUTF())
                    .append(' ')
                    .append(body.readUTF())
                    .append(" qos ")
                    .append(flags >> 3 & 3)
                    .append((flags & 32) != 0 ? " retained" : "");
        }
        if ((flags & 128) != 0) {
            text.append(" user ").append(body.readUTF());
        }
        if ((flags & 64) != 0) {
            text.append(" password ").append(body.readUTF());
        }
        return text.toString();
    }

    private static String subscribe(DataInputStream body) throws IOException {
        StringBuilder text = new StringBuilder("SUBSCRIBE ").append(body.readUnsignedShort());
        while (body.available() > 0) {
            text.append(' ').append(body.readUTF()).append(" qos ").append(body.readByte());
        }
        return text.toString();
    }

    private static String unsubscribe(DataInputStream body) throws IOException {
        StringBuilder text = new StringBuilder("UNSUBSCRIBE ").append(body.readUnsignedShort());
        while (body.available() > 0) {
            text.append(' ').append(body.readUTF());
        }
        return text.toString();
    }

    private static String publish(int first, DataInputStream body) throws IOException {
        int qos = first >> 1 & 3;
        String topic = body.readUTF();
        return "PUBLISH " + (qos > 0 ? body.readUnsignedShort() + " " : "") + topic + " "
                + new String(body.readAllBytes(), UTF_8) + " qos " + qos + ((first & RETAINED) != 0 ? " retained" : "")
                + ((first & DUPLICATE) != 0 ? " duplicate" : "");
    }
}
