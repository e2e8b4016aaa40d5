package dev.sensorline.servers;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;

/**
 * An MQTT client for tests, with the HiveMQ library instead of the library under test. It publishes and receives messages,
 * has a persistent session and reconnects automatically. Thread-safe.
 */
public final class MqttPeer implements AutoCloseable {

    private static final int KEEP_ALIVE_SECONDS = (int) Duration.ofMinutes(1).toSeconds();

    private final Mqtt3AsyncClient client;
    private final List<Received> messages = Collections.synchronizedList(new ArrayList<>());

    /** A received message. */
    public record Received(String topic, byte[] payload, int qos, boolean retained) {

        /** The payload as text. */
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    private MqttPeer(Mqtt3AsyncClient client) {
        this.client = client;
        Scope.keep(this);
        client.publishes(MqttGlobalPublishFilter.ALL, publish -> messages.add(received(publish)));
    }

    private static Received received(Mqtt3Publish publish) {
        return new Received(
                publish.getTopic().toString(),
                publish.getPayloadAsBytes(),
                publish.getQos().getCode(),
                publish.isRetain());
    }

    /** Connects without a user. */
    public static MqttPeer of(MqttBroker broker, String clientId) {
        return connected(builder(broker, clientId));
    }

    /** Connects with user and password. */
    public static MqttPeer of(MqttBroker broker, String clientId, String username, String password) {
        return connected(builder(broker, clientId)
                .simpleAuth()
                .username(username)
                .password(password.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth());
    }

    private static Mqtt3ClientBuilder builder(MqttBroker broker, String clientId) {
        return MqttClient.builder()
                .useMqttVersion3()
                .identifier(clientId)
                .serverHost(broker.host())
                .serverPort(broker.port())
                .automaticReconnectWithDefaultConfig();
    }

    private static MqttPeer connected(Mqtt3ClientBuilder builder) {
        MqttPeer peer = new MqttPeer(builder.buildAsync());
        peer.client
                .toBlocking()
                .connectWith()
                .cleanSession(false)
                .keepAlive(KEEP_ALIVE_SECONDS)
                .send();
        return peer;
    }

    /** Publishes a text and waits until the broker has acknowledged it. At QoS 0 it waits until the text was sent. */
    public void publish(String topic, String payload, int qos) {
        publishAsync(topic, payload.getBytes(StandardCharsets.UTF_8), qos).join();
    }

    /** Publishes a message. The future completes when the broker has acknowledged it, at QoS 0 when it was sent. */
    public CompletableFuture<?> publishAsync(String topic, byte[] payload, int qos) {
        return client.publishWith()
                .topic(topic)
                .payload(payload)
                .qos(MqttQos.fromCode(qos))
                .send();
    }

    public void subscribe(String filter, int qos) {
        client.toBlocking()
                .subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.fromCode(qos))
                .send();
    }

    /** All messages so far, in the order of their arrival. */
    public List<Received> messages() {
        return List.copyOf(messages);
    }

    /** All messages so far as text: topic and payload, separated by a space. */
    public List<String> received() {
        return messages().stream()
                .map(message -> message.topic() + " " + message.text())
                .toList();
    }

    @Override
    public void close() {
        if (client.getState().isConnected()) {
            client.toBlocking().disconnect();
        }
    }
}
