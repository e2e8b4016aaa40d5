package dev.sensorline.ingestor.sparkplug;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.sensorline.ingestor.FakeEmitter;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.connector.OutgoingPublish;
import dev.sensorline.points.decoding.sparkplug.RebirthCommand;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

class RebirthRequestsTest {

    private static final long T = 1_700_000_000_000L;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final List<String> topics = new ArrayList<>();
    private final FakeEmitter emitter = new FakeEmitter();
    private long nanos = -5;
    private boolean isConnected = true;
    private final RebirthRequests requests = requests((topic, payload, unsent) -> {
        topics.add(topic);
        assertArrayEquals(RebirthCommand.payload(T), payload);
    });

    private RebirthRequests requests(RebirthRequests.Commands commands) {
        return new RebirthRequests(
                commands, registry, Clock.fixed(Instant.ofEpochMilli(T), ZoneOffset.UTC), () -> nanos);
    }

    private double count(String name) {
        return registry.get("sensorline.sparkplug." + name).functionCounter().count();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void an_edge_node_is_asked_at_most_every_ten_seconds() {
        requests.needsRebirth("G", "A");
        requests.needsRebirth("G", "A");
        pass(Duration.ofSeconds(5));
        requests.needsRebirth("G", "B");
        pass(Duration.ofMillis(4_999));
        requests.needsRebirth("G", "A");
        pass(Duration.ofMillis(1));
        requests.needsRebirth("G", "A");
        requests.needsRebirth("G", "B");
        assertEquals(List.of("spBv1.0/G/NCMD/A", "spBv1.0/G/NCMD/B", "spBv1.0/G/NCMD/A"), topics);
        assertEquals(3, count("rebirths.requested"));
        assertEquals(0, count("rebirths.unsent"));
    }

    @Test
    void the_edge_nodes_that_are_asked_are_bounded() {
        for (int i = 0; i <= RebirthRequests.MOST_NODES; i++) {
            requests.needsRebirth("G", "N" + i);
        }
        assertEquals(RebirthRequests.MOST_NODES, topics.size());
        assertEquals(1, count("rebirths.unsent"));
        pass(Duration.ofSeconds(10));
        requests.needsRebirth("G", "N" + RebirthRequests.MOST_NODES);
        assertEquals(RebirthRequests.MOST_NODES + 1, topics.size());
    }

    @Test
    void gaps_and_unknown_metrics_are_counted() {
        requests.hasGap("G", "A");
        requests.hasUnknownMetrics("G", "A", 3);
        requests.hasUnknownMetrics("G", "A", 4);
        assertEquals(1, count("sequence.gaps"));
        assertEquals(7, count("metrics.unknown"));
    }

    @Test
    void a_command_is_published_at_qos_0_and_not_retained() {
        mqtt().needsRebirth("G", "A");
        OutgoingPublish publish =
                emitter.messages.get(0).getMetadata(OutgoingPublish.class).orElseThrow();
        assertEquals(OutgoingPublish.to("spBv1.0/G/NCMD/A", QoS.AT_MOST_ONCE, false), publish);
    }

    @Test
    void a_command_that_cannot_be_sent_is_dropped_and_counted() {
        RebirthRequests mqtt = mqtt();
        isConnected = false;
        mqtt.needsRebirth("G", "A");
        assertEquals(List.of(), emitter.messages);
        assertEquals(1, count("rebirths.unsent"));
        isConnected = true;
        mqtt.needsRebirth("G", "B");
        emitter.messages.get(0).nack(new IllegalStateException("lost"));
        assertEquals(2, count("rebirths.unsent"));
        emitter.failure = new IllegalStateException("ended");
        mqtt.needsRebirth("G", "C");
        assertEquals(3, count("rebirths.unsent"));
    }

    @Test
    void the_commands_on_their_way_are_bounded() {
        RebirthRequests mqtt = mqtt();
        for (int i = 0; i <= MqttCommands.WINDOW; i++) {
            mqtt.needsRebirth("G", "N" + i);
        }
        assertEquals(MqttCommands.WINDOW, emitter.messages.size());
        assertEquals(1, count("rebirths.unsent"));
        emitter.messages.get(0).ack();
        mqtt.needsRebirth("G", "next");
        assertEquals(MqttCommands.WINDOW + 1, emitter.messages.size());
    }

    /** Requests to a channel of messages. */
    private RebirthRequests mqtt() {
        registry.clear();
        return requests(new MqttCommands(emitter, () -> isConnected));
    }
}
