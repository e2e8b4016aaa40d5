package dev.sensorline.mqtt.client.vertx;

import static dev.sensorline.mqtt.client.vertx.ScriptedWebSocket.BINARY;
import static dev.sensorline.mqtt.client.vertx.ScriptedWebSocket.CLOSE;
import static dev.sensorline.mqtt.client.vertx.ScriptedWebSocket.CONTINUATION;
import static dev.sensorline.mqtt.client.vertx.ScriptedWebSocket.FINAL;
import static dev.sensorline.mqtt.client.vertx.ScriptedWebSocket.PING;
import static dev.sensorline.mqtt.client.vertx.ScriptedWebSocket.PONG;
import static dev.sensorline.mqtt.client.vertx.ScriptedWebSocket.acceptance;
import static dev.sensorline.mqtt.client.vertx.ScriptedWebSocket.concatenated;
import static dev.sensorline.mqtt.client.vertx.ScriptedWebSocket.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.mqtt.client.SessionOptions.Broker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;

/** A WebSocket in memory, whose broker speaks by script. */
class WebSocketTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<String> failures = new ArrayList<>();
    private final List<byte[]> received = new ArrayList<>();
    private boolean isOpened;

    // The upgrade

    @Test
    @Mqtt311("MQTT-6.0.0-3")
    @Mqtt5("MQTT-6.0.0-3")
    void the_request_names_host_and_path_and_offers_mqtt() {
        List<String> request = start(new Broker("sensor_line", 8083, "x"), "/mqtt?token=a%20b");
        assertEquals("GET /mqtt?token=a%20b HTTP/1.1", request.get(0));
        List<String> headers =
                request.stream().map(line -> line.toLowerCase(Locale.ROOT)).toList();
        assertTrue(headers.contains("host: sensor_line:8083"), headers::toString);
        assertTrue(headers.contains("upgrade: websocket"), headers::toString);
        assertTrue(headers.contains("sec-websocket-protocol: mqtt"), headers::toString);
        assertTrue(headers.contains("sec-websocket-version: 13"), headers::toString);
        assertTrue(headers.stream().noneMatch(line -> line.startsWith("origin") || line.contains("extensions")));
        assertEquals(
                1, headers.stream().filter(line -> line.startsWith("host:")).count());
    }

    @Test
    void the_host_of_an_ipv6_address_has_brackets() {
        assertTrue(start(new Broker("::1", 80, "x"), "/").stream().anyMatch(line -> line.endsWith(": [::1]:80")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n | the broker answers to the WebSocket upgrade with 404 Not Found",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi | the broker answers to the WebSocket upgrade with 200 OK",
                "SSH-2.0-broker\\r\\n\\r\\n | the broker does not speak HTTP at this port"
            })
    void another_answer_is_a_failure_that_quotes_it(String answer, String failure) {
        start();
        channel.writeInbound(bytes(answer.strip().replace("\\r\\n", "\r\n")));
        assertEquals(List.of(failure), failures);
        assertFalse(isOpened || channel.isOpen());
    }

    @Test
    void an_answer_with_a_wrong_proof_is_a_failure() {
        List<String> request = new ArrayList<>(start());
        request.removeIf(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key"));
        request.add("sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==");
        channel.writeInbound(bytes(acceptance(request, "mqtt")));
        assertEquals(1, failures.size());
        assertFalse(isOpened || channel.isOpen());
    }

    @Test
    @Mqtt311("MQTT-6.0.0-4")
    @Mqtt5("MQTT-6.0.0-4")
    void a_broker_that_selects_another_subprotocol_is_left() {
        channel.writeInbound(bytes(acceptance(start(), "mqttv3.1")));
        assertEquals(1, failures.size());
        assertTrue(failures.get(0).contains("subprotocol"), failures::toString);
        assertFalse(isOpened || channel.isOpen());
    }

    @Test
    void a_broker_that_does_not_answer_is_left() {
        start();
        channel.advanceTimeBy(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertEquals(List.of("the broker did not answer to the WebSocket upgrade"), failures);
        assertFalse(channel.isOpen());
    }

    @Test
    void a_connection_that_is_closed_before_the_answer_is_one_failure() {
        start();
        channel.close();
        channel.runPendingTasks();
        assertEquals(
                List.of("the broker closed the connection instead of an answer to the WebSocket upgrade"), failures);
    }

    // Frames

    @Test
    @Mqtt311({"MQTT-6.0.0-1", "MQTT-6.0.0-2"})
    @Mqtt5({"MQTT-6.0.0-1", "MQTT-6.0.0-2"})
    void packets_are_found_wherever_their_frames_begin_and_end() {
        byte[] packets =
                concatenated(Packets.connack(false, 0), Packets.publish("a", "x".repeat(200), 1, 7), Packets.puback(9));
        byte[] frames = concatenated(
                frame(BINARY, Arrays.copyOf(packets, 3)),
                frame(FINAL | PING, "p".getBytes(UTF_8)),
                frame(CONTINUATION, new byte[0]),
                frame(FINAL | CONTINUATION, Arrays.copyOfRange(packets, 3, 190)),
                frame(FINAL | PONG, new byte[0]),
                frame(FINAL | BINARY, Arrays.copyOfRange(packets, 190, packets.length)));
        for (int split = 0; split <= frames.length; split++) {
            WebSocketTest each = new WebSocketTest();
            each.open();
            each.channel.writeInbound(Unpooled.copiedBuffer(frames, 0, split));
            each.channel.writeInbound(Unpooled.copiedBuffer(frames, split, frames.length - split));
            assertArrayEquals(packets, concatenated(each.received.toArray(byte[][]::new)), "split at " + split);
            assertEquals("8a8170", withoutMask(each.sent()));
        }
    }

    @Test
    void a_long_frame_is_passed_on_while_it_arrives() {
        open();
        byte[] frame = frame(FINAL | BINARY, new byte[100_000]);
        channel.writeInbound(Unpooled.copiedBuffer(frame, 0, 60_000));
        assertEquals(59_990, received.stream().mapToInt(part -> part.length).sum());
        channel.writeInbound(Unpooled.copiedBuffer(frame, 60_000, frame.length - 60_000));
        assertEquals(100_000, received.stream().mapToInt(part -> part.length).sum());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8161", // Text.
                "8000", // Nothing to go on with.
                "02008200", // A new message in another one.
                "c200", // Reserved bits.
                "8280", // Masked.
                "0900", // A control frame in parts.
                "897e0000", // A long control frame.
                "8b00", // An unknown control frame.
                "827fffffffffffffffff" // A negative length.
            })
    @Mqtt311("MQTT-6.0.0-1")
    @Mqtt5("MQTT-6.0.0-1")
    void a_frame_that_a_broker_must_not_send_is_a_failure_and_nothing_after_it_is_read(String hex) {
        open();
        channel.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex + "8201ff")));
        assertEquals(1, failures.size(), failures::toString);
        assertEquals(0, received.stream().mapToInt(part -> part.length).sum());
    }

    @Test
    @Mqtt311("MQTT-6.0.0-1")
    @Mqtt5("MQTT-6.0.0-1")
    void what_is_written_leaves_in_binary_frames_that_are_masked() {
        open();
        channel.writeOutbound(Unpooled.copiedBuffer(Packets.puback(9)));
        byte[] frame = sent();
        assertEquals(0x80 | BINARY, frame[0] & 0xff);
        assertEquals("828440020009", withoutMask(frame));
    }

    @Test
    void the_broker_closes_with_a_reason_or_without() {
        open();
        channel.writeInbound(Unpooled.wrappedBuffer(frame(
                FINAL | CLOSE, concatenated(new byte[] {3, (byte) 0xf0}, "bye".getBytes(UTF_8)))));
        assertEquals(List.of("the broker closes the WebSocket: 1008 (bye)"), failures);

        WebSocketTest other = new WebSocketTest();
        other.open();
        other.channel.writeInbound(Unpooled.wrappedBuffer(frame(FINAL | CLOSE, new byte[0])));
        assertEquals(List.of(), other.failures);
        assertFalse(other.channel.isOpen());
        assertEquals("888203e8", withoutMask(other.sent()));
    }

    @Test
    void the_client_closes_with_a_close_frame() {
        open();
        channel.close();
        assertEquals("888203e8", withoutMask(sent()));
        assertFalse(channel.isOpen());
        assertNull(channel.readOutbound());
    }

    private List<String> start() {
        return start(new Broker("broker", 8083, "broker"), "/mqtt");
    }

    /** Starts an upgrade; returns the lines of its request. */
    private List<String> start(Broker broker, String path) {
        channel.freezeTime();
        channel.pipeline().addLast(Network.LAST_HANDLER, new ChannelInboundHandlerAdapter());
        new WebSocketUpgrade(broker, path, LIMIT, this::opened, failure -> failures.add(failure.getMessage()))
                .start(channel.pipeline());
        return List.of(new String(sent(), UTF_8).split("\r\n"));
    }

    private void open() {
        channel.writeInbound(bytes(acceptance(start(), "mqtt")));
        channel.runPendingTasks();
        assertTrue(isOpened, failures::toString);
    }

    private void opened(ChannelPipeline socket) {
        isOpened = true;
        socket.addBefore(Network.LAST_HANDLER, "mqtt", new ChannelInboundHandlerAdapter() {

            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ByteBuf part = (ByteBuf) message;
                received.add(ByteBufUtil.getBytes(part));
                part.release();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
                failures.add(failure.getMessage());
            }
        });
    }

    /** What the client has sent since the last call. */
    private byte[] sent() {
        List<byte[]> parts = new ArrayList<>();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            parts.add(ByteBufUtil.getBytes(part));
            part.release();
        }
        return concatenated(parts.toArray(byte[][]::new));
    }

    /** A short frame in hexadecimal digits, as it would be without its mask. */
    private static String withoutMask(byte[] frame) {
        byte[] plain = concatenated(Arrays.copyOf(frame, 2), Arrays.copyOfRange(frame, 6, frame.length));
        for (int i = 2; i < plain.length; i++) {
            plain[i] ^= frame[2 + (i - 2) % 4];
        }
        return ByteBufUtil.hexDump(plain);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }
}
