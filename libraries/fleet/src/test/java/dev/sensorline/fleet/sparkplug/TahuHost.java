package dev.sensorline.fleet.sparkplug;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.tahu.exception.TahuException;
import org.eclipse.tahu.host.CommandPublisher;
import org.eclipse.tahu.host.TahuPayloadHandler;
import org.eclipse.tahu.host.api.MultiHostApplicationEventHandler;
import org.eclipse.tahu.host.model.MessageContext;
import org.eclipse.tahu.message.SparkplugBPayloadDecoder;
import org.eclipse.tahu.message.SparkplugBPayloadEncoder;
import org.eclipse.tahu.message.model.MessageType;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.message.model.SparkplugBPayload;
import org.eclipse.tahu.message.model.SparkplugBPayload.SparkplugBPayloadBuilder;
import org.eclipse.tahu.message.model.Topic;
import org.eclipse.tahu.mqtt.MqttClientId;
import org.eclipse.tahu.mqtt.MqttServerName;

/**
 * The host application of Eclipse Tahu, to which messages are handed over in memory. It notes what it finds wrong, such as a sequence
 * number, an alias that there is twice, or data of a device without a birth. Tahu remembers edge nodes in static fields: each test must
 * have a Sparkplug group of its own. For one thread.
 */
@SuppressWarnings("JavaUtilDate") // Tahu has no other times.
final class TahuHost extends TahuPayloadHandler {

    private static final MqttServerName SERVER = new MqttServerName("memory");

    private final MqttClientId client;
    private final Log log;

    /** What the host has told, by the names of its events, what it has found wrong, and what it has asked for. */
    private static final class Log implements CommandPublisher {

        final Map<String, Integer> events = new HashMap<>();
        final List<String> errors = new ArrayList<>();
        final Map<String, byte[]> commands = new HashMap<>();
        Consumer<Metric> data = metric -> {};

        MultiHostApplicationEventHandler events() {
            return (MultiHostApplicationEventHandler) Proxy.newProxyInstance(
                    TahuHost.class.getClassLoader(),
                    new Class<?>[] {MultiHostApplicationEventHandler.class},
                    (proxy, method, arguments) -> {
                        events.merge(method.getName(), 1, Integer::sum);
                        if (method.getName().equals("onDataMetric")) {
                            data.accept((Metric) arguments[2]);
                        }
                        return null;
                    });
        }

        @Override
        public void publishCommand(Topic topic, SparkplugBPayload payload) throws Exception {
            commands.put(topic.toString(), new SparkplugBPayloadEncoder().getBytes(payload, false));
        }

        @Override
        public void publishCommand(MqttServerName server, Topic topic, SparkplugBPayload payload) throws Exception {
            publishCommand(topic, payload);
        }
    }

    /** A step of the host. */
    private interface Step {

        void run() throws Exception;
    }

    TahuHost() {
        this(new Log());
    }

    private TahuHost(Log log) {
        super(log.events(), log, new SparkplugBPayloadDecoder());
        this.log = log;
        try {
            this.client = new MqttClientId("host", false);
        } catch (TahuException e) {
            throw new AssertionError(e);
        }
    }

    void arrived(String topic, byte[] payload) {
        handlePayload(topic, topic.split("/"), new MqttMessage(payload), SERVER, client);
    }

    /** How often something has been told. */
    int count(String event) {
        return log.events.getOrDefault(event, 0);
    }

    /** What has been wrong. */
    List<String> errors() {
        return log.errors;
    }

    /** What has been asked for, by topic. */
    Map<String, byte[]> commands() {
        return log.commands;
    }

    /** Writes metrics of a device, as its applications ask it to. */
    void write(String group, String node, String device, Metric... metrics) throws Exception {
        log.publishCommand(
                new Topic("spBv1.0", group, node, device, MessageType.DCMD),
                new SparkplugBPayloadBuilder()
                        .setTimestamp(new Date(7))
                        .addMetrics(List.of(metrics))
                        .createPayload());
    }

    /** Listens to the metrics of data. */
    void onData(Consumer<Metric> listener) {
        log.data = listener;
    }

    @Override
    protected void handleNodeBirth(MqttServerName server, MessageContext context) throws Exception {
        noting(() -> super.handleNodeBirth(server, context));
    }

    @Override
    protected void handleDeviceBirth(MqttServerName server, MessageContext context) throws Exception {
        noting(() -> super.handleDeviceBirth(server, context));
    }

    @Override
    protected void handleNodeData(MqttServerName server, MessageContext context) throws Exception {
        noting(() -> super.handleNodeData(server, context));
    }

    @Override
    protected void handleDeviceData(MqttServerName server, MessageContext context) throws Exception {
        noting(() -> super.handleDeviceData(server, context));
    }

    private void noting(Step step) {
        try {
            step.run();
        } catch (Exception e) {
            log.errors.add(e.toString());
        }
    }
}
