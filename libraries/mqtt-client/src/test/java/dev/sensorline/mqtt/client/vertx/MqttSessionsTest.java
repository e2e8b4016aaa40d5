package dev.sensorline.mqtt.client.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.sensorline.mqtt.client.InboundPublish;
import dev.sensorline.mqtt.client.MqttSession;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import io.vertx.core.Vertx;

/** A session over real sockets, against a broker that speaks by script. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class MqttSessionsTest {

    private final Vertx vertx = Vertx.vertx();
    private final ServerSocket server = listen();

    @AfterEach
    void stop() throws IOException {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    @Mqtt311({"MQTT-7.0.0-2", "MQTT-7.1.2-1"})
    @Mqtt5("MQTT-4.2.0-1")
    void a_session_connects_receives_publishes_reconnects_and_disconnects() throws IOException {
        CompletableFuture<String> received = new CompletableFuture<>();
        CompletableFuture<Void> published = new CompletableFuture<>();
        MqttSession session = session();
        session.listen(new SessionListener() {

            @Override
            public void connected(boolean sessionPresent) {
                if (sessionPresent) {
                    session.publish("sensor/b", "2".getBytes(StandardCharsets.UTF_8), QoS.AT_LEAST_ONCE, true)
                            .thenAccept(published::complete);
                } else {
                    session.subscribe(List.of("sensor/+"), QoS.AT_LEAST_ONCE);
                }
            }

            @Override
            public void disconnected() {
                // The session reconnects by itself.
            }

            @Override
            public void received(InboundPublish message) {
                received.complete(message.topic());
                session.acknowledge(new int[] {message.packetId()}, 1);
            }
        });
        session.start();
        try (Socket first = server.accept()) {
            assertEquals("CONNECT MQTT4 persistent keep-alive 30 id sensor", Packets.read(first.getInputStream()));
            first.getOutputStream().write(Packets.connack(false, 0));
            assertEquals("SUBSCRIBE 1 sensor/+ qos 1", Packets.read(first.getInputStream()));
            first.getOutputStream().write(Packets.suback(1, 1));
            first.getOutputStream().write(Packets.publish("sensor/a", "1", 1, 9));
            assertEquals("PUBACK 9", Packets.read(first.getInputStream()));
            assertEquals("sensor/a", received.join());
        }
        try (Socket second = server.accept()) {
            Packets.read(second.getInputStream());
            second.getOutputStream().write(Packets.connack(true, 0));
            assertEquals("SUBSCRIBE 2 sensor/+ qos 1", Packets.read(second.getInputStream()));
            assertEquals("PUBLISH 3 sensor/b 2 qos 1 retained", Packets.read(second.getInputStream()));
            second.getOutputStream().write(Packets.puback(3));
            published.join();
            var stopped = session.stop().toCompletableFuture();
            assertEquals("DISCONNECT", Packets.read(second.getInputStream()));
            second.close();
            stopped.join();
        }
    }

    @Test
    void stopping_while_messages_arrive_loses_no_acknowledgement() throws IOException {
        MqttSession session = session();
        session.readOnlyWhile(() -> false);
        CompletableFuture<Void> connected = new CompletableFuture<>();
        session.listen(new SessionListener() {

            @Override
            public void connected(boolean sessionPresent) {
                connected.complete(null);
            }

            @Override
            public void disconnected() {}

            @Override
            public void received(InboundPublish message) {}
        });
        session.start();
        try (Socket broker = server.accept()) {
            Packets.read(broker.getInputStream());
            broker.getOutputStream().write(Packets.connack(false, 0));
            connected.join();
            byte[] message = Packets.publish("sensor/a", "1".repeat(1_000), 1, 9);
            broker.getOutputStream().write(message);
            session.execute(() -> session.acknowledge(new int[] {9}, 1));
            var stopped = session.stop().toCompletableFuture();
            for (int i = 0; i < 1_000; i++) {
                broker.getOutputStream().write(message);
            }
            assertEquals("PUBACK 9", Packets.read(broker.getInputStream()));
            assertEquals("DISCONNECT", Packets.read(broker.getInputStream()));
            broker.close();
            stopped.join();
        }
    }

    @Test
    void each_address_of_the_broker_is_tried_in_one_attempt() throws IOException {
        InetAddress refusing = InetAddress.getByName("127.0.0.2");
        MqttSession session = new MqttSessions(vertx, host -> List.of(refusing, refusing, server.getInetAddress()))
                .create(SessionOptions.builder(
                                new Broker("broker.example.org", server.getLocalPort(), "broker.example.org"), "sensor")
                        .build());
        CompletableFuture<Void> connected = new CompletableFuture<>();
        session.listen(new SessionListener() {

            @Override
            public void connected(boolean sessionPresent) {
                connected.complete(null);
            }

            @Override
            public void disconnected() {
                connected.completeExceptionally(new IOException("a first attempt has failed"));
            }
        });
        session.start();
        try (Socket broker = server.accept()) {
            Packets.read(broker.getInputStream());
            broker.getOutputStream().write(Packets.connack(false, 0));
            connected.join();
        }
    }

    @Test
    @Mqtt311({"MQTT-6.0.0-1", "MQTT-6.0.0-2"})
    @Mqtt5({"MQTT-6.0.0-1", "MQTT-6.0.0-2"})
    void a_session_over_a_web_socket_receives_what_its_frames_hold_and_publishes() throws IOException {
        List<String> received = new ArrayList<>();
        MqttSession session = new MqttSessions(vertx)
                .create(options().webSocketPath(Optional.of("/mqtt")).build());
        session.readOnlyWhile(() -> true);
        session.listen(new SessionListener() {

            @Override
            public void connected(boolean sessionPresent) {
                session.subscribe(List.of("sensor/+"), QoS.AT_LEAST_ONCE);
            }

            @Override
            public void disconnected() {}

            @Override
            public void received(InboundPublish message) {
                received.add(new String(message.copyPayload(100_000), StandardCharsets.UTF_8));
                session.acknowledge(new int[] {message.packetId()}, 1);
            }
        });
        session.start();
        try (Socket socket = server.accept()) {
            ScriptedWebSocket broker = new ScriptedWebSocket(socket);
            broker.accept(broker.readRequest());
            assertEquals("CONNECT MQTT4 persistent keep-alive 30 id sensor", broker.readPacket());
            byte[] connack = Packets.connack(false, 0);
            broker.send(ScriptedWebSocket.BINARY, Arrays.copyOf(connack, 1));
            broker.send(
                    ScriptedWebSocket.FINAL | ScriptedWebSocket.CONTINUATION,
                    Arrays.copyOfRange(connack, 1, connack.length));
            assertEquals("SUBSCRIBE 1 sensor/+ qos 1", broker.readPacket());
            String payload = "x".repeat(90_000);
            broker.send(
                    ScriptedWebSocket.FINAL | ScriptedWebSocket.BINARY,
                    ScriptedWebSocket.concatenated(
                            Packets.suback(1, 1),
                            Packets.publish("sensor/a", "1", 1, 8),
                            Packets.publish("sensor/a", payload, 1, 9)));
            assertEquals("PUBACK 8", broker.readPacket());
            assertEquals("PUBACK 9", broker.readPacket());
            assertEquals(List.of("1", payload), received);
            session.execute(() -> session.publish("state", new byte[200], QoS.AT_LEAST_ONCE, false));
            assertTrue(broker.readPacket().startsWith("PUBLISH 2 state "));
            broker.send(ScriptedWebSocket.FINAL | ScriptedWebSocket.BINARY, Packets.puback(2));
            var stopped = session.stop().toCompletableFuture();
            assertEquals("DISCONNECT", broker.readPacket());
            broker.send(ScriptedWebSocket.FINAL | ScriptedWebSocket.CLOSE, new byte[0]);
            broker.receive(ScriptedWebSocket.CLOSE);
            stopped.join();
        }
    }

    private MqttSession session() {
        return new MqttSessions(vertx).create(options().build());
    }

    private SessionOptions.Builder options() {
        return SessionOptions.builder(
                        new Broker(server.getInetAddress().getHostAddress(), server.getLocalPort(), "localhost"),
                        "sensor")
                .cleanSession(false);
    }

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
