package dev.sensorline.mqtt.client.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.mqtt.client.MqttPublisher;
import dev.sensorline.mqtt.client.MqttPublisher.Room;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.PublisherLoop;
import dev.sensorline.mqtt.client.PublisherOptions;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import dev.sensorline.mqtt.client.SessionOptions.Credentials;
import dev.sensorline.mqtt.client.Will;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.vertx.core.Vertx;

/** Publishers over real sockets, against a broker that speaks by script. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class MqttPublishersTest {

    private static final byte[] ACCEPTED = {0x20, 2, 0, 0};
    private static final byte[] TOPIC = "sensor/a".getBytes(UTF_8);

    private final Vertx vertx = Vertx.vertx();
    private final ServerSocket server = listen();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private MqttPublishers publishers;
    private PublisherLoop loop;
    private MqttPublisher publisher;

    private final MqttPublisher.Listener listener = new MqttPublisher.Listener() {

        @Override
        public void connected(MqttPublisher publisher) {
            told.add("connected " + publisher.number());
        }

        @Override
        public void disconnected(MqttPublisher publisher, String reason) {
            told.add("disconnected: " + reason);
        }

        @Override
        public void acknowledged(MqttPublisher publisher, long tag) {
            told.add("acknowledged " + tag);
        }

        @Override
        public void refused(MqttPublisher publisher, long tag, String reason) {
            told.add("refused %d: %s".formatted(tag, reason));
        }

        @Override
        public void unsubscribed(MqttPublisher publisher, String reason) {
            told.add("unsubscribed: " + reason);
        }

        @Override
        public void received(MqttPublisher publisher, String topic, byte[] payload) {
            told.add(topic + " " + new String(payload, UTF_8));
        }
    };

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() throws IOException {
        if (publishers != null) {
            publishers.close();
        }
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private SessionOptions.Builder session() {
        return SessionOptions.builder(new Broker("127.0.0.1", server.getLocalPort(), "127.0.0.1"), "")
                .keepAlive(Duration.ofSeconds(60))
                .connectTimeout(Duration.ofSeconds(2));
    }

    private void start(SessionOptions session, PublishProperties properties) {
        start(session, properties, NioSocketChannel::new);
    }

    private int window = 2;
    private int unsentBytes = 1 << 17;

    private void start(SessionOptions session, PublishProperties properties, Supplier<NioSocketChannel> opening) {
        publishers = new MqttPublishers(1, options(session, properties), opening, vertx);
        loop = publishers.loops().get(0);
    }

    private PublisherOptions options(SessionOptions session, PublishProperties properties) {
        return new PublisherOptions(
                session,
                number -> "c" + number,
                number -> number == 0
                        ? Optional.empty()
                        : Optional.of(new Will("w", "x".getBytes(UTF_8), QoS.AT_LEAST_ONCE, true)),
                List.of(InetAddress.getLoopbackAddress()),
                window,
                unsentBytes,
                properties);
    }

    private <T> T on(Function<MqttPublisher, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> answer.complete(question.apply(publisher)));
        return answer.join();
    }

    private void connect(int number) {
        CompletableFuture<MqttPublisher> made = new CompletableFuture<>();
        loop.execute(() -> {
            MqttPublisher one = loop.publisher(number, listener);
            one.connect();
            made.complete(one);
        });
        publisher = made.join();
    }

    private void publish(String payload, int qos, long tag) {
        byte[] bytes = payload.getBytes(UTF_8);
        on(one -> {
            one.publish(TOPIC, TOPIC.length, bytes, bytes.length, qos, false, tag);
            one.flush();
            return true;
        });
    }

    /** What a broker sees of a connection. */
    private record Peer(Socket socket, DataInputStream in, OutputStream out) {

        static Peer of(Socket socket) throws IOException {
            return new Peer(socket, new DataInputStream(socket.getInputStream()), socket.getOutputStream());
        }

        /** A packet of less than 128 bytes, with its header. */
        byte[] read() throws IOException {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            byte[] packet = new byte[2 + length];
            packet[0] = (byte) first;
            packet[1] = (byte) length;
            in.readFully(packet, 2, length);
            return packet;
        }

        void write(int... octets) throws IOException {
            byte[] bytes = new byte[octets.length];
            for (int i = 0; i < octets.length; i++) {
                bytes[i] = (byte) octets[i];
            }
            out.write(bytes);
            out.flush();
        }
    }

    private Peer accept() throws IOException {
        Peer peer = Peer.of(server.accept());
        peer.read();
        peer.out().write(ACCEPTED);
        return peer;
    }

    private static byte[] packet(int first, byte[] body) {
        byte[] packet = new byte[2 + body.length];
        packet[0] = (byte) first;
        packet[1] = (byte) body.length;
        System.arraycopy(body, 0, packet, 2, body.length);
        return packet;
    }

    private static byte[] latin(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @Test
    void connect_has_client_id_will_and_credentials() throws Exception {
        start(
                session()
                        .credentials(new Credentials(Optional.of("u"), Optional.of("p")))
                        .build(),
                PublishProperties.NONE);
        connect(7);
        Peer peer = Peer.of(server.accept());
        assertArrayEquals(packet(0x10, latin("\0\4MQTT\4\u00ee\0<\0\2c7\0\1w\0\1x\0\1u\0\1p")), peer.read());
        peer.out().write(ACCEPTED);
        assertEquals("connected 7", told.take());
    }

    @Test
    void messages_are_published_at_each_qos_and_acknowledged() throws Exception {
        start(session().build(), PublishProperties.NONE);
        connect(0);
        Peer peer = accept();
        assertEquals("connected 0", told.take());
        assertEquals(Room.READY, on(one -> one.room(0)));
        publish("1", 0, 0);
        assertArrayEquals(packet(0x30, latin("\0\10sensor/a1")), peer.read());
        publish("2", 1, 22);
        assertArrayEquals(packet(0x32, latin("\0\10sensor/a\0\0012")), peer.read());
        publish("3", 2, 33);
        assertArrayEquals(packet(0x34, latin("\0\10sensor/a\0\0023")), peer.read());
        assertEquals(Room.WINDOW_FULL, on(one -> one.room(1)));
        assertEquals(Room.READY, on(one -> one.room(0)));
        assertEquals(2, on(MqttPublisher::unacknowledged));
        peer.write(0x50, 2, 0, 2);
        assertArrayEquals(new byte[] {0x62, 2, 0, 2}, peer.read());
        peer.write(0x70, 2, 0);
        peer.write(2, 0x40, 2, 0, 1); // In parts.
        assertEquals("acknowledged 33", told.take());
        assertEquals("acknowledged 22", told.take());
        assertEquals(0, on(MqttPublisher::unacknowledged));
        assertEquals(13 + 15 + 15, on(MqttPublisher::bytes));
    }

    @Test
    void what_is_not_acknowledged_is_sent_again_on_the_next_connection() throws Exception {
        start(session().build(), PublishProperties.NONE);
        connect(0);
        Peer peer = accept();
        told.take();
        publish("1", 1, 11);
        publish("2", 1, 22);
        peer.read();
        peer.read();
        peer.socket().close();
        assertTrue(told.take().startsWith("disconnected: "));
        assertEquals(Room.NO_CONNECTION, on(one -> one.room(0)));
        on(one -> {
            one.connect();
            return true;
        });
        peer = accept();
        assertEquals("connected 0", told.take());
        assertArrayEquals(packet(0x32, latin("\0\10sensor/a\0\0011")), peer.read());
        assertArrayEquals(packet(0x32, latin("\0\10sensor/a\0\0022")), peer.read());
        peer.write(0x40, 2, 0, 1, 0x40, 2, 0, 2);
        assertEquals("acknowledged 11", told.take());
        assertEquals("acknowledged 22", told.take());
    }

    @Test
    void with_mqtt_5_messages_have_properties_and_the_broker_bounds_what_is_in_flight() throws Exception {
        start(
                session().version(ProtocolVersion.V5).build(),
                new PublishProperties(List.of(Map.entry("s", "l")), Optional.of(Duration.ofSeconds(9))));
        connect(1);
        Peer peer = Peer.of(server.accept());
        assertArrayEquals(
                packet(0x10, latin("\0\4MQTT\5.\0<\10!\0d'\0\1\0\0\0\2c1\5\u0018\0\0\0\0\0\1w\0\1x")), peer.read());
        // Receive maximum 1, behind others.
        peer.write(0x20, 13, 0, 0, 10, 0x24, 1, 0x26, 0, 0, 0, 0, 0x21, 0, 1);
        assertEquals("connected 1", told.take());
        publish("1", 1, 5);
        assertArrayEquals(packet(0x32, latin("\0\10sensor/a\0\1\14\2\0\0\0\11&\0\1s\0\1l1")), peer.read());
        assertEquals(Room.WINDOW_FULL, on(one -> one.room(1)));
        peer.write(0x40, 3, 0, 1, 0x97);
        assertEquals("refused 5: quota exceeded", told.take());
        peer.write(0xe0, 1, 0x8b);
        assertEquals("disconnected: the broker ends the connection: server shutting down", told.take());
    }

    private Peer connect5(int... connackProperties) throws IOException {
        start(session().version(ProtocolVersion.V5).build(), PublishProperties.NONE);
        connect(0);
        return answer5(connackProperties);
    }

    private Peer answer5(int... connackProperties) throws IOException {
        Peer peer = Peer.of(server.accept());
        peer.read();
        int[] connack = new int[5 + connackProperties.length];
        connack[0] = 0x20;
        connack[1] = 3 + connackProperties.length;
        connack[4] = connackProperties.length;
        System.arraycopy(connackProperties, 0, connack, 5, connackProperties.length);
        peer.write(connack);
        return peer;
    }

    @Test
    @Mqtt5({"MQTT-3.2.2-11", "MQTT-3.2.2-14"})
    void messages_are_published_as_the_broker_supports_it() throws Exception {
        // Maximum QoS 1, no retained messages, a topic alias maximum of 0, and an assigned client id.
        Peer peer = connect5(0x24, 1, 0x25, 0, 0x22, 0, 0, 0x12, 0, 1, 'x');
        assertEquals("connected 0", told.take());
        assertEquals(1, on(MqttPublisher::maximumQoS));
        assertEquals(false, on(MqttPublisher::isRetainAvailable));
        on(one -> {
            one.publish(TOPIC, TOPIC.length, new byte[] {'1'}, 1, 2, true, 7);
            one.flush();
            return true;
        });
        assertArrayEquals(packet(0x32, latin("\0\10sensor/a\0\1\0001")), peer.read());
        peer.write(0x40, 2, 0, 1);
        assertEquals("acknowledged 7", told.take());
    }

    @Test
    void where_the_broker_takes_qos_0_only_nothing_is_awaited() throws Exception {
        window = 1;
        Peer peer = connect5(0x24, 0);
        told.take();
        publish("1", 2, 7);
        publish("2", 1, 8);
        assertArrayEquals(packet(0x30, latin("\0\10sensor/a\0001")), peer.read());
        assertArrayEquals(packet(0x30, latin("\0\10sensor/a\0002")), peer.read());
        assertEquals(0, on(MqttPublisher::unacknowledged));
        assertEquals(Room.READY, on(one -> one.room(2)));
    }

    @Test
    @Mqtt5("MQTT-3.2.2-15")
    void a_message_that_is_too_large_for_the_broker_is_not_sent_and_the_connection_goes_on() throws Exception {
        Peer peer = connect5(0x27, 0, 0, 0, 20);
        told.take();
        for (int size = 6; size <= 8; size++) {
            int bytes = size;
            boolean isPublished = on(one -> {
                boolean fits = one.fits(TOPIC.length, bytes, 0);
                assertEquals(fits, one.publish(TOPIC, TOPIC.length, new byte[bytes], bytes, 0, false, 0));
                one.flush();
                return fits;
            });
            assertEquals(size <= 7, isPublished);
        }
        assertEquals(2 + 10 + 1 + 6, peer.read().length);
        assertEquals(20, peer.read().length);
        assertEquals(39, on(MqttPublisher::bytes));
        on(one -> {
            one.subscribe(List.of("a/long/topic/filter"));
            one.flush();
            return true;
        });
        assertEquals("unsubscribed: packet too large", told.take());
        publish("1", 0, 0);
        assertArrayEquals(packet(0x30, latin("\0\10sensor/a\0001")), peer.read());
    }

    @ParameterizedTest
    @CsvSource({
        "200, 'the broker has a maximum QoS of 200'",
        "0, 'the broker has a receive maximum of 0'",
        "1, the broker has sent a malformed packet"
    })
    void limits_that_no_broker_may_have_end_the_connection(int which, String reason) throws Exception {
        switch (which) {
            case 200 -> connect5(0x24, 200);
            case 0 -> connect5(0x21, 0, 0);
            default -> connect5(0x7f, 0);
        }
        assertEquals("disconnected: " + reason, told.take());
    }

    @Test
    @Mqtt5("MQTT-3.3.4-7")
    void no_more_is_sent_again_than_the_next_broker_allows() throws Exception {
        window = 3;
        Peer peer = connect5();
        told.take();
        for (int i = 1; i <= 3; i++) {
            publish(String.valueOf(i), 1, i);
        }
        peer.socket().close();
        told.take();
        on(one -> {
            one.connect();
            return true;
        });
        peer = answer5(0x21, 0, 2, 0x27, 0, 0, 0, 100);
        assertEquals("connected 0", told.take());
        assertEquals('1', peer.read()[15]);
        assertEquals('2', peer.read()[15]);
        assertEquals(Room.WINDOW_FULL, on(one -> one.room(1)));
        peer.write(0x40, 2, 0, 3); // To a message that has not been sent.
        peer.write(0x40, 2, 0, 2);
        assertEquals("acknowledged 2", told.take());
        assertEquals('3', peer.read()[15]);
    }

    @Test
    void reasons_come_with_what_the_broker_says_of_them() throws Exception {
        Peer peer = connect5();
        told.take();
        publish("1", 1, 5);
        peer.write(0x40, 10, 0, 1, 0x97, 6, 0x1f, 0, 3, 'd', 'a', 'y');
        assertEquals("refused 5: quota exceeded (day)", told.take());
        peer.write(0xe0, 8, 0x8b, 6, 0x1f, 0, 3, 'b', 'y', 'e');
        assertEquals("disconnected: the broker ends the connection: server shutting down (bye)", told.take());
    }

    @ParameterizedTest
    @CsvSource({
        "0x87, not authorized (ask)",
        "0x9b, 'QoS not supported (ask), which the last will needs'",
        "0x9a, 'retain not supported (ask), which the last will needs'"
    })
    void a_refusal_with_mqtt_5_says_why(String code, String reason) throws Exception {
        start(session().version(ProtocolVersion.V5).build(), PublishProperties.NONE);
        connect(1);
        Peer peer = Peer.of(server.accept());
        peer.read();
        peer.write(0x20, 9, 0, Integer.decode(code), 6, 0x1f, 0, 3, 'a', 's', 'k');
        assertEquals("disconnected: the broker refuses: " + reason, told.take());
    }

    @Test
    void connections_have_ended_when_publishers_are_closed() throws Exception {
        start(session().build(), PublishProperties.NONE);
        connect(0);
        accept();
        told.take();
        publishers.close();
        assertTrue(String.valueOf(told.poll()).startsWith("disconnected: "));
        assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
    }

    @Test
    void a_refused_connection_says_why() throws Exception {
        start(session().build(), PublishProperties.NONE);
        connect(0);
        Peer peer = Peer.of(server.accept());
        peer.read();
        peer.write(0x20, 2, 0, 5);
        assertEquals("disconnected: the broker refuses: not authorized", told.take());
    }

    @Test
    void a_broker_that_does_not_answer_to_connect_is_left() throws Exception {
        start(session().connectTimeout(Duration.ofMillis(200)).build(), PublishProperties.NONE);
        connect(0);
        server.accept();
        assertEquals("disconnected: the broker did not answer to CONNECT", told.take());
    }

    @Test
    void packets_that_no_broker_may_send_end_the_connection() throws Exception {
        start(session().build(), PublishProperties.NONE);
        for (int[] wrong :
                new int[][] {{0x40, 0x80, 0x80, 0x80, 0x80, 1}, {0x40, 1, 0}, {0x40, 0x80, 0x80, 0x80, 0x01}}) {
            connect(0);
            Peer peer = accept();
            told.take();
            peer.write(wrong);
            assertTrue(told.take().startsWith("disconnected: the broker has sent a "));
        }
        connect(0);
        Peer peer = Peer.of(server.accept());
        peer.read();
        peer.write(0x40, 2, 0, 1);
        assertEquals("disconnected: the broker has sent a packet before CONNACK", told.take());
    }

    @Test
    void a_silent_broker_is_pinged_and_then_left() throws Exception {
        start(session().build(), PublishProperties.NONE);
        connect(0);
        Peer peer = accept();
        told.take();
        Runnable visit = () -> on(one -> {
            one.keepAlive();
            return true;
        });
        visit.run(); // CONNACK has come since.
        visit.run();
        assertArrayEquals(new byte[] {(byte) 0xc0, 0}, peer.read());
        peer.write(0xd0, 0, 0x30, 3, 0, 1, 'x'); // PINGRESP, and what is not asked for.
        assertEquals("x ", told.take());
        visit.run();
        visit.run();
        peer.read();
        visit.run();
        assertEquals("disconnected: the broker does not answer", told.take());
    }

    @Test
    void a_broker_that_only_sends_hears_of_the_connection_too() throws Exception {
        start(session().build(), PublishProperties.NONE);
        connect(0);
        Peer peer = accept();
        told.take();
        on(one -> {
            one.keepAlive(); // CONNECT has been sent since.
            return true;
        });
        peer.write(0x30, 3, 0, 1, 'x');
        told.take();
        on(one -> {
            one.keepAlive();
            return true;
        });
        assertArrayEquals(new byte[] {(byte) 0xc0, 0}, peer.read());
    }

    @Test
    @Mqtt5("MQTT-3.2.2-21")
    void the_broker_may_ask_for_another_keep_alive() throws Exception {
        start(session().version(ProtocolVersion.V5).build(), PublishProperties.NONE);
        connect(0);
        assertEquals(60, on(MqttPublisher::keepAliveSeconds));
        Peer peer = Peer.of(server.accept());
        peer.read();
        peer.write(0x20, 6, 0, 0, 3, 0x13, 0, 10);
        told.take();
        assertEquals(10, on(MqttPublisher::keepAliveSeconds));
        peer.write(0x20, 3, 0, 0, 0);
        assertEquals("disconnected: the broker has sent a second CONNACK", told.take());
    }

    @Test
    void messages_of_a_subscription_are_received_and_acknowledged() throws Exception {
        start(session().build(), PublishProperties.NONE);
        connect(0);
        Peer peer = accept();
        told.take();
        on(one -> {
            one.subscribe(List.of("a/+", "b"));
            one.flush();
            return true;
        });
        // One SUBSCRIBE: the next one could not have the same packet id before SUBACK.
        assertArrayEquals(packet(0x82, latin("\u00ff\u00ff\0\3a/+\1\0\1b\1")), peer.read());
        peer.write(0x32, 8, 0, 3, 'a', '/', 'b', 0, 9, '!');
        assertEquals("a/b !", told.take());
        assertArrayEquals(new byte[] {0x40, 2, 0, 9}, peer.read());
    }

    @Test
    void a_subscription_that_the_broker_refuses_is_told() throws Exception {
        start(session().version(ProtocolVersion.V5).build(), PublishProperties.NONE);
        connect(0);
        Peer peer = Peer.of(server.accept());
        peer.read();
        peer.write(0x20, 3, 0, 0, 0);
        told.take();
        on(one -> {
            one.subscribe(List.of("a", "b"));
            one.flush();
            return true;
        });
        peer.read();
        peer.write(0x90, 5, 0xff, 0xff, 0, 1, 0x87);
        assertEquals("unsubscribed: not authorized", told.take());
    }

    @Test
    void the_packet_id_of_subscribe_is_that_of_no_message() throws Exception {
        window = 65_535;
        start(session().build(), PublishProperties.NONE);
        connect(0);
        Peer peer = accept();
        told.take();
        CompletableFuture<Void> read = CompletableFuture.runAsync(() -> {
            try {
                while (peer.in().read() >= 0) {}
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        CompletableFuture<Integer> sent = new CompletableFuture<>();
        fill(sent);
        assertEquals(65_534, sent.get());
        on(one -> {
            one.disconnect();
            return true;
        });
        read.join();
    }

    /** Publishes until the window is full. */
    private void fill(CompletableFuture<Integer> sent) {
        loop.execute(() -> {
            while (publisher.room(1) == Room.READY) {
                publisher.publish(TOPIC, TOPIC.length, new byte[0], 0, 1, false, 0);
            }
            publisher.flush();
            if (publisher.room(1) == Room.WINDOW_FULL) {
                sent.complete(publisher.unacknowledged());
            } else {
                loop.schedule(1_000_000, () -> fill(sent));
            }
        });
    }

    @Test
    void disconnect_is_sent_behind_what_was_published() throws Exception {
        start(session().build(), PublishProperties.NONE);
        connect(0);
        Peer peer = accept();
        told.take();
        on(one -> {
            one.publish(TOPIC, TOPIC.length, new byte[0], 0, 0, true, 0);
            one.disconnect();
            return one.room(0);
        });
        assertArrayEquals(packet(0x31, latin("\0\10sensor/a")), peer.read());
        assertArrayEquals(new byte[] {(byte) 0xe0, 0}, peer.read());
        assertEquals(-1, peer.in().read());
        assertEquals("disconnected: disconnected", told.take());
    }

    @Test
    void several_brokers_are_tried_in_turn() throws Exception {
        int closed;
        try (ServerSocket other = listen()) {
            closed = other.getLocalPort();
        }
        SessionOptions session = SessionOptions.builder(
                        List.of(
                                new Broker("127.0.0.1", closed, "x"),
                                new Broker("no.such.host.invalid", 1, "x"),
                                new Broker("127.0.0.1", server.getLocalPort(), "x")),
                        "")
                .build();
        start(session, PublishProperties.NONE);
        connect(0);
        assertTrue(told.take().startsWith("disconnected: "));
        on(one -> {
            one.connect();
            return true;
        });
        assertEquals("disconnected: no.such.host.invalid has no address", told.take());
        on(one -> {
            one.connect();
            return true;
        });
        accept();
        assertEquals("connected 0", told.take());
    }

    @Test
    void a_process_with_too_many_open_files_says_so_and_can_try_again() throws Exception {
        AtomicInteger left = new AtomicInteger(1);
        start(session().build(), PublishProperties.NONE, () -> {
            if (left.getAndDecrement() > 0) {
                throw new ChannelException("Failed to open a socket.", new IOException("Too many open files"));
            }
            return new NioSocketChannel();
        });
        connect(0);
        assertEquals("disconnected: no socket can be opened: Too many open files", told.take());
        on(one -> {
            one.connect();
            return true;
        });
        accept();
        assertEquals("connected 0", told.take());
    }

    @Test
    void a_socket_that_the_broker_does_not_read_has_no_room() throws Exception {
        start(session().build(), PublishProperties.NONE);
        connect(0);
        accept();
        told.take();
        byte[] large = new byte[60_000];
        Room room = on(one -> {
            for (int i = 0; i < 1_000 && one.room(0) == Room.READY; i++) {
                one.publish(TOPIC, TOPIC.length, large, large.length, 0, false, 0);
                one.flush();
            }
            return one.room(0);
        });
        assertEquals(Room.SOCKET_FULL, room);
    }

    @ParameterizedTest
    @ValueSource(ints = {4_096, 131_072})
    void what_the_broker_does_not_read_is_bounded(int most) throws Exception {
        unsentBytes = most;
        start(session().build(), PublishProperties.NONE);
        connect(0);
        Peer peer = accept();
        told.take();
        byte[] payload = new byte[100];
        int unflushed = on(one -> {
            int count = 0;
            while (one.room(0) == Room.READY) {
                one.publish(TOPIC, TOPIC.length, payload, payload.length, 0, false, 0);
                count++;
            }
            one.flush();
            return count * 112;
        });
        assertEquals(most, unflushed, 112);
        int before = unflushed;
        long written = on(one -> {
            for (int i = 0; i < 1_000_000 && one.room(0) == Room.READY; i++) {
                one.publish(TOPIC, TOPIC.length, payload, payload.length, 0, false, 0);
                one.flush();
            }
            return one.bytes();
        });
        assertTrue(written > before);
        assertEquals(Room.SOCKET_FULL, on(one -> one.room(0)));
        peer.socket().close();
    }

    @Test
    void the_address_of_a_host_is_asked_for_once_for_all_connections_that_wait_for_it() {
        Broker unknown = new Broker("no.such.host.invalid", 1, "x");
        List<Runnable> asked = new ArrayList<>();
        NioEventLoopGroup group = new NioEventLoopGroup(1);
        PublisherSockets sockets = new PublisherSockets(
                options(SessionOptions.builder(unknown, "").build(), PublishProperties.NONE),
                (EventLoop) group.next(),
                asked::add,
                NioSocketChannel::new,
                vertx);
        for (int i = 0; i < 1_000; i++) {
            assertNull(sockets.address(unknown, i));
        }
        assertEquals(1, asked.size());
        asked.get(0).run();
        assertNull(sockets.address(unknown, 1));
        assertEquals(2, asked.size());
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void the_version_must_be_known() {
        assertThrows(
                IllegalArgumentException.class,
                () -> start(session().version(ProtocolVersion.AUTO).build(), PublishProperties.NONE));
    }
}
