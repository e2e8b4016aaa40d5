package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Queue;

/** The broker's end of a WebSocket: a test reads what the client has sent, and sends frames as it likes. */
final class ScriptedWebSocket {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    /** The last frame of a message. */
    static final int FINAL = 0x80;

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final DataInputStream in;
    private final OutputStream out;
    /** Received and not yet read. */
    private final Queue<String> packets = new ArrayDeque<>();

    ScriptedWebSocket(Socket socket) throws IOException {
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** The lines of the request. */
    List<String> readRequest() throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            request.append((char) in.readUnsignedByte());
        }
        return List.of(request.toString().split("\r\n"));
    }

    void write(String text) throws IOException {
        out.write(text.getBytes(US_ASCII));
    }

    void accept(List<String> request) throws IOException {
        write(acceptance(request, "mqtt"));
    }

    /** RFC 6455, 4.2.2. */
    static String acceptance(List<String> request, String subprotocol) {
        String key = request.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key: "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .findFirst()
                .orElseThrow();
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + Base64.getEncoder().encodeToString(sha1(key + GUID))
                + "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n";
    }

    private static byte[] sha1(String text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text.getBytes(US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param opcode with {@link #FINAL} or without */
    static byte[] frame(int opcode, byte[] content) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(opcode);
        if (content.length < 126) {
            frame.write(content.length);
        } else if (content.length < 1 << 16) {
            frame.write(126);
            frame.write(content.length >> 8);
            frame.write(content.length);
        } else {
            frame.write(127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) content.length >> shift));
            }
        }
        frame.writeBytes(content);
        return frame.toByteArray();
    }

    void send(int opcode, byte[] content) throws IOException {
        out.write(frame(opcode, content));
    }

    /** The content of the next frame, which must be masked and whole, with this opcode. */
    byte[] receive(int opcode) throws IOException {
        int first = in.readUnsignedByte();
        if (first != (FINAL | opcode)) {
            throw new AssertionError("a frame that begins with " + Integer.toHexString(first));
        }
        int length = in.readUnsignedByte() - 0x80;
        if (length < 0) {
            throw new AssertionError("a frame without a mask");
        }
        length = length == 126 ? in.readUnsignedShort() : length;
        byte[] mask = in.readNBytes(4);
        byte[] content = in.readNBytes(length);
        for (int i = 0; i < content.length; i++) {
            content[i] ^= mask[i % 4];
        }
        return content;
    }

    /** The next packet of the client, which sends whole packets in its frames. */
    String readPacket() throws IOException {
        while (packets.isEmpty()) {
            packets.addAll(Packets.read(receive(BINARY)));
        }
        return packets.remove();
    }

    static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
