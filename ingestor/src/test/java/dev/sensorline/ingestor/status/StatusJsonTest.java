package dev.sensorline.ingestor.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** What the status says. */
class StatusJsonTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678901Z");

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final StatusCounts counts = new StatusCounts(registry);

    private void count(String metric, String reason, long value) {
        FunctionCounter.builder(metric, new AtomicLong(value), AtomicLong::get)
                .tag("reason", reason)
                .register(registry);
    }

    private static StatusJson json(String role, String clientId) {
        return new StatusJson(clientId, role, "1.2.3", START);
    }

    private String online(String storeKind) {
        return new String(
                json("whole", "a \"b\"")
                        .online(
                                START.plusSeconds(60),
                                new Since(true, START.plusSeconds(1)),
                                storeKind,
                                new Since(false, START.plusSeconds(2)),
                                counts.counts(),
                                counts.latency99()),
                UTF_8);
    }

    @Test
    void it_has_state_times_servers_and_the_figures_of_the_metrics() {
        AtomicLong received = new AtomicLong(5);
        FunctionCounter.builder("sensorline.readings.received", received, AtomicLong::get)
                .register(registry);
        count("sensorline.points.decoded", "none", 12_345_678_901L);
        count("sensorline.points.written", "none", 4);
        count("sensorline.readings.rejected", "empty", 2);
        count("sensorline.readings.rejected", "no_value", 1);
        count("sensorline.messages.ignored", "own", 6);
        count("sensorline.messages.ignored", "when", 1);
        AtomicLong batches = new AtomicLong(2);
        Gauge.builder("sensorline.batches.in.flight", batches, AtomicLong::get).register(registry);
        assertEquals(
                "{\"state\":\"online\",\"client\":\"a \\\"b\\\"\",\"role\":\"whole\",\"version\":\"1.2.3\","
                        + "\"started\":\"2026-01-02T03:04:05.678Z\",\"time\":\"2026-01-02T03:05:05.678Z\","
                        + "\"broker\":{\"state\":\"up\",\"since\":\"2026-01-02T03:04:06.678Z\"},"
                        + "\"store\":{\"kind\":\"influxdb\",\"state\":\"down\",\"since\":\"2026-01-02T03:04:07.678Z\"},"
                        + "\"received\":5,\"decoded\":12345678901,\"written\":4,\"rejected\":3,\"ignored\":7,\"inFlight\":2}",
                online("influxdb"));
    }

    @Test
    void what_a_bridge_has_written_is_what_kafka_has_taken() {
        count("sensorline.points.forwarded", "none", 4);
        String status = online("kafka");
        assertTrue(status.contains("\"kind\":\"kafka\""), status);
        assertTrue(status.endsWith(",\"written\":4}"), status);
    }

    @Test
    void the_latency_is_there_in_seconds_once_something_has_been_written() {
        Timer recent = Timer.builder("sensorline.latency.recent")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        assertEquals(OptionalDouble.empty(), counts.latency99());
        for (int i = 0; i < 100; i++) {
            recent.record(Duration.ofMillis(250));
        }
        assertEquals(0.25, counts.latency99().orElseThrow(), 0.02);
        assertTrue(online("influxdb").contains("\"latency99\":0.2"));
    }

    @Test
    void one_that_ends_says_when_and_one_that_has_gone_cannot() {
        assertEquals(
                "{\"state\":\"offline\",\"client\":\"c-writer\",\"role\":\"writer\",\"time\":\"2026-01-02T03:04:05.678Z\"}",
                new String(json("writer", "c-writer").offline(START), UTF_8));
        assertEquals(
                "{\"state\":\"offline\",\"client\":\"c\",\"role\":\"whole\"}",
                new String(json("whole", "c").gone(), UTF_8));
    }

    @Test
    void a_server_has_its_state_since_the_change() {
        Since up = new Since(true, START);
        assertEquals(up, up.with(true, START.plusSeconds(9)));
        assertEquals(new Since(false, START.plusSeconds(9)), up.with(false, START.plusSeconds(9)));
        assertFalse(up.with(false, START).isUp());
    }
}
