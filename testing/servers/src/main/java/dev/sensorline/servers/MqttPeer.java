package dev.sensorline.servers;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;

/**
 * The other side of a broker: a client of another make than ours, that publishes and listens. It keeps its session and
 * reconnects by itself. Thread-safe.
 */
public final class MqttPeer implements AutoCloseable {

    private static final int KEEP_ALIVE_SECONDS = (int) Duration.ofMinutes(1).toSeconds();

    private final Mqtt3AsyncClient client;
    private final List<Received> messages = new CopyOnWriteArrayList<>();

    /** A message as it came. */
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
        return new Received(publish.getTopic().toString(), publish.getPayloadAsBytes(), publish.getQos().getCode(),
                publish.isRetain());
    }

    /** Connects to a broker that takes everybody. */
    public static MqttPeer of(MqttBroker broker, String clientId) {
        return connected(builder(broker, clientId));
    }

    /** Connects as a user. */
    public static MqttPeer of(MqttBroker broker, String clientId, String username, String password) {
        return connected(builder(broker, clientId).simpleAuth().username(username)
                .password(password.getBytes(StandardCharsets.UTF_8)).applySimpleAuth());
    }

    private static Mqtt3ClientBuilder builder(MqttBroker broker, String clientId) {
        return MqttClient.builder().useMqttVersion3().identifier(clientId)
                .serverHost(broker.host()).serverPort(broker.port())
                .automaticReconnectWithDefaultConfig();
    }

    private static MqttPeer connected(Mqtt3ClientBuilder builder) {
        MqttPeer peer = new MqttPeer(builder.buildAsync());
        peer.client.toBlocking().connectWith().cleanSession(false).keepAlive(KEEP_ALIVE_SECONDS).send();
        return peer;
    }

    /** Publishes text; returns when the broker has taken it over. */
    public void publish(String topic, String payload, int qos) {
        publishAsync(topic, payload.getBytes(StandardCharsets.UTF_8), qos).join();
    }

    /** Publishes; completes when the broker has taken it over. */
    public CompletableFuture<?> publishAsync(String topic, byte[] payload, int qos) {
        return client.publishWith().topic(topic).payload(payload).qos(MqttQos.fromCode(qos)).send();
    }

    public void subscribe(String filter, int qos) {
        client.toBlocking().subscribeWith().topicFilter(filter).qos(MqttQos.fromCode(qos)).send();
    }

    /** What has come so far. */
    public List<Received> messages() {
        return List.copyOf(messages);
    }

    /** Topics and payloads of what has come so far, separated by a blank. */
    public List<String> received() {
        return messages.stream().map(message -> message.topic() + " " + message.text()).toList();
    }

    @Override
    public void close() {
        if (client.getState().isConnected()) {
            client.toBlocking().disconnect();
        }
    }
}
