package dev.sensorline.mqtt;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;

import dev.sensorline.servers.MqttBroker;

/** The other side of a broker: another client, of other make, that publishes and listens. */
final class Peer implements AutoCloseable {

    private final Mqtt3BlockingClient client;
    private final List<String> received = new CopyOnWriteArrayList<>();

    private Peer(Mqtt3BlockingClient client) {
        this.client = client;
        client.toAsync().publishes(MqttGlobalPublishFilter.ALL, publish -> received.add(
                publish.getTopic() + " " + new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8)));
    }

    static Peer of(MqttBroker broker, String clientId) {
        Peer peer = new Peer(MqttClient.builder().useMqttVersion3().identifier(clientId)
                .serverHost(broker.host()).serverPort(broker.port())
                .automaticReconnectWithDefaultConfig()
                .buildBlocking());
        peer.client.connectWith().cleanSession(false).keepAlive((int) Duration.ofMinutes(1).toSeconds()).send();
        return peer;
    }

    void publish(String topic, String payload, int qos) {
        client.publishWith().topic(topic).payload(payload.getBytes(StandardCharsets.UTF_8)).qos(MqttQos.fromCode(qos)).send();
    }

    void subscribe(String filter, int qos) {
        client.subscribeWith().topicFilter(filter).qos(MqttQos.fromCode(qos)).send();
    }

    /** Topics and payloads, separated by a blank, as they came. */
    List<String> received() {
        return received;
    }

    @Override
    public void close() {
        if (client.getState().isConnected()) {
            client.disconnect();
        }
    }
}
