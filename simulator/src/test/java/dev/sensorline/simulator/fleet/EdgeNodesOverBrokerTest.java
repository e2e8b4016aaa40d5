package dev.sensorline.simulator.fleet;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.payload.Encoders;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.PublishProperties;
import dev.sensorline.mqtt.client.PublisherOptions;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import dev.sensorline.mqtt.client.vertx.MqttPublishers;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.decoding.sparkplug.EdgeNodeListener;
import dev.sensorline.points.decoding.sparkplug.RebirthCommand;
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TopicFilter;
import dev.sensorline.servers.FaultyLink;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.junit.Needs;
import io.vertx.core.Vertx;

/** Edge nodes of Sparkplug over a real broker, which publishes their last wills, and what the ingestor's decoder makes of them. */
class EdgeNodesOverBrokerTest {

    private static final int NODES = 100;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final List<String> wrong = new ArrayList<>();
    private MqttBroker broker;
    private FaultyLink link;
    private MqttPeer peer;

    @BeforeEach
    void start() {
        broker = MqttBroker.start();
        link = FaultyLink.to(broker.port());
        peer = MqttPeer.of(broker, "host");
        peer.subscribe("spBv1.0/#", 1);
    }

    @AfterEach
    void stop() {
        peer.close();
        link.close();
        broker.close();
        vertx.close();
    }

    private static final class Silent implements Reporter {

        @Override
        public void event(String line) {}

        @Override
        public void failure(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void unreachable(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void progress(String line) {}

        @Override
        public void result(String text, String json) {}
    }

    private long count(String type) {
        return peer.messages().stream()
                .filter(message -> message.topic().startsWith("spBv1.0/plant/" + type))
                .count();
    }

    private void awaitCount(String type, long count, Duration limit) {
        await(type).atMost(limit).pollInterval(Duration.ofMillis(10)).until(() -> count(type) >= count);
    }

    /** What edge nodes publish is of QoS 0, and each message counts here. */
    @Test
    @Needs(Feature.QUEUED_QOS_0)
    void a_storm_and_a_rebirth_are_followed_without_a_gap() throws Exception {
        FleetOptions options = new FleetOptions(
                FleetFile.read("fleet.yaml", """
                        groups:
                          plant:
                            count: %d
                            format: {sparkplug: {node: 'line-{n}', devices: 10}}
                            waveform: temperature
                        """.formatted(10 * NODES)),
                1,
                0,
                1_000,
                Duration.ofMinutes(1),
                Optional.empty(),
                Duration.ofSeconds(1),
                Optional.empty(),
                FleetOptions.UNLIMITED,
                List.of(),
                0.001,
                Optional.empty());
        Sensors sensors = new Sensors(options.fleet());
        SessionOptions session = SessionOptions.builder(List.of(new Broker("127.0.0.1", link.port(), "127.0.0.1")), "")
                .version(ProtocolVersion.V3_1_1)
                .build();
        try (MqttPublishers publishers = new MqttPublishers(
                1,
                new PublisherOptions(
                        session,
                        sensors::nodeName,
                        number -> Optional.empty(),
                        List.of(),
                        10,
                        1 << 17,
                        PublishProperties.NONE),
                vertx)) {
            FleetRun run = new FleetRun(
                    options,
                    publishers.loops(),
                    Encoders::of,
                    Journal.NONE,
                    new Silent(),
                    System.currentTimeMillis(),
                    code -> {});
            run.start();
            awaitCount("DDATA", 2_000, LIMIT);

            peer.publishAsync(
                    RebirthCommand.topic("plant", "line-7"), RebirthCommand.payload(System.currentTimeMillis()), 0);
            awaitCount("NBIRTH/line-7", 2, Duration.ofSeconds(1));
            // What is still on its way when the link is cut is lost.
            awaitCount("DBIRTH", 10 * NODES + 10, LIMIT);

            link.cut();
            awaitCount("NDEATH", NODES, LIMIT);
            awaitCount("DBIRTH", 2 * 10 * NODES + 10, LIMIT);
            long data = count("DDATA");
            awaitCount("DDATA", data + 2_000, LIMIT);

            run.stop().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            awaitCount("NDEATH", 2 * NODES, LIMIT);
        }
        decodeAll();
        assertEquals(List.of(), wrong);
        assertEquals(2 * NODES + 1, count("NBIRTH"));
        assertEquals(2 * 10 * NODES + 10, count("DBIRTH"));
        assertEquals(2 * NODES, count("NDEATH"));
    }

    private void decodeAll() {
        Decoder decoder = new Decoder(
                new Rules(List.of(new RuleBuilder(TopicFilter.parse("spBv1.0/#"))
                        .format(Format.SPARKPLUG)
                        .build(Rule.Origin.of("rule")))),
                1_000,
                new EdgeNodeListener() {
                    @Override
                    public void needsRebirth(String group, String node) {
                        wrong.add("needs a rebirth: " + node);
                    }

                    @Override
                    public void hasGap(String group, String node) {
                        wrong.add("gap: " + node);
                    }

                    @Override
                    public void hasUnknownMetrics(String group, String node, int count) {
                        wrong.add("unknown metrics: " + node);
                    }
                });
        long arrival = System.currentTimeMillis() * 1_000_000;
        for (MqttPeer.Received message : peer.messages()) {
            decoder.decode(new Reading(message.topic(), message.payload(), message.payload().length, ++arrival));
        }
    }
}
