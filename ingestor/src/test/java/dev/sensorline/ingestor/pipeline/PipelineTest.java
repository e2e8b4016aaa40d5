package dev.sensorline.ingestor.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.sensorline.points.ForwardedPoint;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;

/** The order of write, set aside and acknowledge, with a store and a set-aside whose answers the test controls. */
class PipelineTest {

    private static final int POINTS_AT_ONCE = 5;

    private static final long NOW_SECONDS = 1_700_000_000L;

    private static final long ARRIVAL_NANOS = TimeUnit.SECONDS.toNanos(NOW_SECONDS);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private Instant now = Instant.ofEpochSecond(NOW_SECONDS);
    private final List<String> steps = new ArrayList<>();
    private final List<CompletableFuture<Void>> writes = new ArrayList<>();
    private final List<Runnable> decodingThread = new ArrayList<>();
    private Parting parting = Parting.NONE;
    private final CompletableFuture<Void> rejectionsTakenOver = new CompletableFuture<>();
    private final Pipeline<ForwardedPoint> pipeline = new Pipeline<ForwardedPoint>(
            PipelineTest::decode, this::write, this::setAside, new Latency(registry, clock()), POINTS_AT_ONCE);

    private Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    private static void decode(Reading reading, DecodedBatch<ForwardedPoint> batch) {
        for (String point : new String(reading.payload(), UTF_8).split(";")) {
            if (point.startsWith("bad")) {
                batch.add(new Rejection(reading, Reason.NOT_A_NUMBER, null));
            } else if (!point.equals("ignored")) {
                batch.add(new ForwardedPoint(
                        reading, point, ForwardedPoint.of(reading).timeNanos()));
            }
        }
    }

    private Uni<Void> write(List<? extends ForwardedPoint> points, Parting writesParting) {
        parting = writesParting;
        return Uni.createFrom().completionStage(() -> {
            steps.add("write " + points.stream().map(ForwardedPoint::line).toList());
            CompletableFuture<Void> accepted = new CompletableFuture<>();
            writes.add(accepted);
            return accepted;
        });
    }

    private CompletableFuture<Void> setAside(List<Rejection> rejections) {
        if (rejections.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        steps.add("set aside "
                + rejections.stream()
                        .map(each -> new String(each.reading().payload(), UTF_8))
                        .toList());
        return rejectionsTakenOver;
    }

    private CompletableFuture<Void> process(String... payloads) {
        return process(Stream.of(payloads).map(PipelineTest::reading).toList(), Acknowledgement.ofWhole(() -> {
            steps.add("acknowledge");
            return CompletableFuture.completedFuture(null);
        }));
    }

    private CompletableFuture<Void> process(List<Reading> readings, Acknowledgement acknowledgement) {
        return pipeline.process(readings, acknowledgement, decodingThread::add).subscribeAsCompletionStage();
    }

    /** Parts of a batch can be taken, and are named by their readings. */
    private final class PartAcknowledgement implements Acknowledgement {

        private final List<Reading> readings;

        PartAcknowledgement(List<Reading> readings) {
            this.readings = new ArrayList<>(readings);
        }

        @Override
        public CompletableFuture<Void> acknowledge() {
            steps.add("acknowledge "
                    + readings.stream()
                            .map(reading -> new String(reading.payload(), UTF_8))
                            .toList());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public Optional<Acknowledgement> without(Collection<Reading> apart) {
            List<Reading> taken = readings.stream().filter(apart::contains).toList();
            readings.removeAll(taken);
            return Optional.of(new PartAcknowledgement(taken));
        }
    }

    private static Reading reading(String payload) {
        byte[] bytes = payload.getBytes(UTF_8);
        return new Reading("sensor/S", bytes, bytes.length, ARRIVAL_NANOS);
    }

    @Test
    void nothing_is_acknowledged_before_the_destination_has_accepted_the_points() {
        CompletableFuture<Void> done = process("a", "b");
        assertEquals(List.of("write [a, b]"), steps);
        assertFalse(done.isDone());
        writes.get(0).complete(null);
        assertEquals(List.of("write [a, b]", "acknowledge"), steps);
        assertTrue(done.isDone());
    }

    @Test
    void nothing_is_acknowledged_before_invalid_readings_have_been_taken_over() {
        process("a", "bad", "b");
        writes.get(0).complete(null);
        assertEquals(List.of("set aside [bad]", "write [a, b]"), steps);
        rejectionsTakenOver.complete(null);
        assertEquals(List.of("set aside [bad]", "write [a, b]", "acknowledge"), steps);
    }

    @Test
    void invalid_readings_that_were_taken_over_first_still_wait_for_the_write() {
        process("a", "bad");
        rejectionsTakenOver.complete(null);
        assertFalse(steps.contains("acknowledge"));
        writes.get(0).complete(null);
        assertTrue(steps.contains("acknowledge"));
    }

    @Test
    void an_invalid_reading_holds_up_neither_the_readings_beside_it_nor_another_batch() {
        process("bad", "a");
        process("b");
        assertEquals(List.of("set aside [bad]", "write [a]", "write [b]"), steps);
        writes.get(1).complete(null);
        assertEquals("acknowledge", steps.get(3));
    }

    @Test
    void a_batch_is_acknowledged_once_also_when_another_one_is_still_being_written() {
        CompletableFuture<Void> first = process("a");
        CompletableFuture<Void> second = process("b");
        writes.get(1).complete(null);
        assertTrue(second.isDone());
        assertFalse(first.isDone());
        writes.get(0).complete(null);
        assertEquals(2, steps.stream().filter("acknowledge"::equals).count());
    }

    @Test
    void the_latency_of_an_accepted_batch_is_that_of_its_first_arrival() {
        now = now.plusMillis(300);
        process("sensor value=1 " + ARRIVAL_NANOS, "sensor value=1 1000000000");
        now = now.plusMillis(700);
        assertEquals(0, registry.get("sensorline.latency").timer().count());
        writes.get(0).complete(null);
        assertEquals(1, registry.get("sensorline.latency").timer().max(TimeUnit.SECONDS));
        assertEquals(2, registry.get("sensorline.batch.size").summary().max());
    }

    @Test
    void latency_is_a_histogram_whose_buckets_can_be_added() {
        for (int millis : new int[] {3, 40, 40, 7_000}) {
            process("a");
            now = Instant.ofEpochSecond(NOW_SECONDS).plusMillis(millis);
            writes.get(writes.size() - 1).complete(null);
        }
        Map<Double, Double> counts = Stream.of(registry.get("sensorline.latency")
                        .timer()
                        .takeSnapshot()
                        .histogramCounts())
                .collect(Collectors.toMap(bucket -> bucket.bucket(TimeUnit.SECONDS), CountAtBucket::count));
        assertEquals(
                List.of(1.0, 1.0, 3.0, 3.0, 4.0),
                Stream.of(0.005, 0.025, 0.05, 5.0, 10.0).map(counts::get).toList());
    }

    @Test
    void a_sensor_with_a_clock_at_1970_or_1677_changes_the_age_of_readings_and_not_the_latency() {
        for (long nanos : new long[] {0, Long.MIN_VALUE + 2}) {
            process("sensor value=1 " + nanos, "sensor value=1 " + ARRIVAL_NANOS);
            writes.get(writes.size() - 1).complete(null);
        }
        DistributionSummary age = registry.get("sensorline.reading.age").summary();
        assertEquals(2, age.count());
        assertEquals(NOW_SECONDS + Long.MAX_VALUE / 1e9, age.max(), 1);
        assertEquals(2.0 * NOW_SECONDS + Long.MAX_VALUE / 1e9, age.totalAmount(), 1);
        assertEquals(0, registry.get("sensorline.latency").timer().max(TimeUnit.SECONDS));
    }

    @Test
    void a_batch_whose_readings_carry_no_time_has_no_age() {
        process("sensor value=1 " + ARRIVAL_NANOS);
        writes.get(0).complete(null);
        assertEquals(0, registry.get("sensorline.reading.age").summary().count());
    }

    @Test
    void readings_whose_points_leave_are_acknowledged_by_themselves_when_these_are_settled() {
        List<Reading> readings =
                Stream.of("a", "b", "c").map(PipelineTest::reading).toList();
        process(readings, new PartAcknowledgement(readings));
        CompletableFuture<Void> settled = new CompletableFuture<>();
        assertTrue(parting.leave(List.of(ForwardedPoint.of(readings.get(1))), settled));
        writes.get(0).complete(null);
        assertEquals(List.of("write [a, b, c]", "acknowledge [a, c]"), steps);
        settled.complete(null);
        assertEquals("acknowledge [b]", steps.get(2));
    }

    @Test
    void invalid_readings_that_are_not_taken_over_do_not_hold_back_their_batch() {
        List<Reading> readings =
                Stream.of("a", "bad", "b").map(PipelineTest::reading).toList();
        CompletableFuture<Void> done = process(readings, new PartAcknowledgement(readings));
        writes.get(0).complete(null);
        assertTrue(done.isDone());
        assertEquals(List.of("set aside [bad]", "write [a, b]", "acknowledge [a, b]"), steps);
        rejectionsTakenOver.complete(null);
        assertEquals("acknowledge [bad]", steps.get(3));
    }

    @Test
    void invalid_readings_that_were_taken_over_before_the_write_are_acknowledged_with_their_batch() {
        List<Reading> readings =
                Stream.of("a", "bad").map(PipelineTest::reading).toList();
        process(readings, new PartAcknowledgement(readings));
        rejectionsTakenOver.complete(null);
        writes.get(0).complete(null);
        assertEquals(List.of("set aside [bad]", "write [a]", "acknowledge [a, bad]"), steps);
    }

    @Test
    void points_leave_also_from_a_batch_with_readings_that_are_ignored() {
        List<Reading> readings =
                Stream.of("a", "ignored", "b").map(PipelineTest::reading).toList();
        process(readings, new PartAcknowledgement(readings));
        assertTrue(parting.leave(List.of(ForwardedPoint.of(readings.get(0))), new CompletableFuture<>()));
        writes.get(0).complete(null);
        assertEquals("acknowledge [ignored, b]", steps.get(1));
    }

    @Test
    void nothing_leaves_a_batch_that_is_acknowledged_as_a_whole() {
        process("a", "b");
        assertFalse(parting.leave(List.of(ForwardedPoint.of(reading("a"))), new CompletableFuture<>()));
    }

    @Test
    void a_reading_of_several_points_is_acknowledged_when_those_that_left_and_the_others_are_settled() {
        List<Reading> readings =
                Stream.of("a;b;c", "d").map(PipelineTest::reading).toList();
        process(readings, new PartAcknowledgement(readings));
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        assertTrue(parting.leave(List.of(new ForwardedPoint(readings.get(0), "a", 1)), first));
        assertTrue(parting.leave(List.of(new ForwardedPoint(readings.get(0), "c", 1)), second));
        first.complete(null);
        assertEquals(List.of("write [a, b, c, d]"), steps, "b is still being written");
        writes.get(0).complete(null);
        assertEquals("acknowledge [d]", steps.get(1));
        assertEquals(2, steps.size());
        second.complete(null);
        assertEquals("acknowledge [a;b;c]", steps.get(2));
    }

    @Test
    void a_reading_with_invalid_elements_is_acknowledged_when_they_are_taken_over_and_the_others_written() {
        List<Reading> readings =
                Stream.of("a;bad;bad", "b").map(PipelineTest::reading).toList();
        CompletableFuture<Void> done = process(readings, new PartAcknowledgement(readings));
        assertEquals(List.of("set aside [a;bad;bad, a;bad;bad]", "write [a, b]"), steps);
        writes.get(0).complete(null);
        assertTrue(done.isDone());
        assertEquals("acknowledge [b]", steps.get(2));
        rejectionsTakenOver.complete(null);
        assertEquals("acknowledge [a;bad;bad]", steps.get(3));
    }

    @Test
    void a_batch_of_many_points_is_decoded_and_written_part_by_part_and_acknowledged_as_a_whole() {
        CompletableFuture<Void> done = process("a;b;c", "d;e;f", "g", "h;i;bad;k;l;m;n", "o");
        assertEquals(List.of("write [a, b, c, d, e, f]"), steps);
        writes.get(0).complete(null);
        assertEquals(1, steps.size(), "the next part is decoded on the thread of the first");
        decodingThread.remove(0).run();
        assertEquals("write [g, h, i, k, l, m, n]", steps.get(2));
        writes.get(1).complete(null);
        assertEquals(List.of(), decodingThread, "the rejection is not taken over yet");
        rejectionsTakenOver.complete(null);
        decodingThread.remove(0).run();
        assertEquals("write [o]", steps.get(3));
        assertFalse(done.isDone());
        writes.get(2).complete(null);
        assertEquals("acknowledge", steps.get(4));
        assertTrue(done.isDone());
        assertEquals(3, registry.get("sensorline.batch.size").summary().count());
    }

    @Test
    void points_of_long_lines_are_written_in_parts_too() {
        process("a".repeat(1 << 21), "b");
        assertEquals(1, steps.size());
        assertEquals(2 + (1 << 21), steps.get(0).length() - "write ".length());
    }

    @Test
    void the_points_of_a_reading_that_get_the_times_after_its_arrival_have_no_age() {
        process("sensor value=1 " + ARRIVAL_NANOS);
        Reading reading = reading("a");
        new Latency(registry, clock()).accepted(List.of(new ForwardedPoint(reading, "a", ARRIVAL_NANOS + 9_999)));
        assertEquals(0, registry.get("sensorline.reading.age").summary().count());
    }
}
