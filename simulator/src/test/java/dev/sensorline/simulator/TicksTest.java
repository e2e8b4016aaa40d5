package dev.sensorline.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clock of a sensor, in virtual time. */
class TicksTest {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Logger PACKAGE = Logger.getLogger(TicksTest.class.getPackageName());

    private final VirtualTickTimer time = new VirtualTickTimer();
    private final List<Ticks.Tick> emitted = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final Handler log = new Handler() {

        @Override
        public void publish(LogRecord record) {
            lines.add(((ExtLogRecord) record).getFormattedMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        PACKAGE.addHandler(log);
    }

    @AfterEach
    void stopListening() {
        PACKAGE.removeHandler(log);
    }

    @Test
    void the_first_tick_is_due_on_connecting_and_the_nth_n_periods_later() {
        Ticks ticks = ticks(Duration.ZERO, 10);
        connect(ticks, 100);
        time.pass(Duration.ofMillis(3_500));
        assertEquals(List.of(0L, 1_000L, 2_000L, 3_000L), times());
    }

    @Test
    void the_first_tick_is_due_a_phase_after_connecting() {
        Ticks ticks = ticks(Duration.ofMillis(300), 10);
        connect(ticks, 100);
        time.pass(PERIOD.multipliedBy(2));
        assertEquals(List.of(300L, 1_300L), times());
        assertEquals(List.of(0L, 1L), numbers());
    }

    @Test
    void ticks_during_an_outage_are_kept_and_follow_each_other_on_connecting() {
        Ticks ticks = ticks(Duration.ZERO, 3);
        connect(ticks, 100);
        ticks.connected(false);
        time.pass(Duration.ofMillis(5_500));
        assertEquals(List.of(0L), numbers());
        ticks.connected(true);
        assertEquals(List.of(0L, 3L, 4L, 5L), numbers());
        assertEquals(
                List.of("Readings are kept, the last 3", "Readings are published again, 3 were kept and 2 lost"),
                lines);
    }

    @Test
    void ticks_during_an_outage_are_skipped_where_there_is_no_queue() {
        Ticks ticks = ticks(Duration.ZERO, 0);
        connect(ticks, 100);
        ticks.connected(false);
        time.pass(Duration.ofMillis(2_500));
        ticks.connected(true);
        time.pass(PERIOD);
        assertEquals(List.of(0L, 3L), numbers());
        assertEquals(List.of("Readings are skipped", "Readings are published again, 0 were kept and 2 lost"), lines);
    }

    @Test
    void a_broker_that_is_slow_is_no_outage() {
        Ticks ticks = ticks(Duration.ZERO, 3);
        connect(ticks, 1);
        time.pass(Duration.ofMillis(3_500));
        assertEquals(List.of(0L), numbers());
        ticks.request(10);
        assertEquals(List.of(0L, 1L, 2L, 3L), numbers());
        assertEquals(List.of(), lines);
    }

    @Test
    void readings_that_a_slow_broker_costs_are_reported_as_such_at_most_every_ten_seconds() {
        Ticks ticks = ticks(Duration.ZERO, 3);
        connect(ticks, 1);
        time.pass(Duration.ofMillis(25_500));
        assertEquals(
                List.of(
                        "1 readings were lost, because the broker takes them more slowly than they are due",
                        "10 readings were lost, because the broker takes them more slowly than they are due",
                        "10 readings were lost, because the broker takes them more slowly than they are due"),
                lines);
    }

    @Test
    void ticks_that_were_due_while_the_process_stood_still_are_reported_at_once_and_not_with_a_later_outage() {
        Ticks ticks = ticks(Duration.ZERO, 100);
        connect(ticks, 100);
        time.pass(Duration.ofMillis(2_500));
        time.standStill(Duration.ofSeconds(40));
        time.pass(PERIOD);
        assertEquals(List.of(0L, 1L, 2L, 3L, 43L), numbers());
        assertEquals(List.of("39 readings were missed, because the process stood still, for 39.5 s at most"), lines);
        ticks.connected(false);
        time.pass(PERIOD);
        ticks.connected(true);
        assertEquals("Readings are published again, 1 were kept and 0 lost", lines.get(lines.size() - 1));
    }

    @Test
    void queued_ticks_take_a_quarter_of_the_heap_at_most() {
        assertEquals(131_072, Ticks.roomIn(32L << 20));
        assertEquals(Integer.MAX_VALUE, Ticks.roomIn(Long.MAX_VALUE));
    }

    @Test
    void a_failure_ends_the_clock_and_is_reported() {
        OutOfMemoryError full = new OutOfMemoryError("heap");
        Ticks ticks = ticks(Duration.ZERO, 10);
        ticks.subscribe(new Subscriber() {

            @Override
            public void onNext(Ticks.Tick tick) {
                throw full;
            }
        });
        ticks.connected(true);
        ticks.request(1);
        time.pass(PERIOD);
        assertEquals(List.of(full), failures);
    }

    @Test
    void the_clock_ends_after_the_number_of_published_readings() {
        List<String> ended = new ArrayList<>();
        Ticks ticks = new Ticks(
                time, new Ticks.Schedule(Duration.ZERO, PERIOD, 2), 10, () -> ended.add("ended"), failures::add);
        connect(ticks, 100);
        time.pass(PERIOD.multipliedBy(5));
        assertEquals(List.of(0L, 1L), numbers());
        assertTrue(ended.isEmpty());
        emitted.forEach(Ticks.Tick::published);
        assertEquals(List.of("ended"), ended);
    }

    private Ticks ticks(Duration phase, int queueSize) {
        return new Ticks(time, new Ticks.Schedule(phase, PERIOD, Long.MAX_VALUE), queueSize, () -> {}, failures::add);
    }

    private void connect(Ticks ticks, long demand) {
        ticks.subscribe(new Subscriber());
        ticks.connected(true);
        ticks.request(demand);
    }

    private List<Long> numbers() {
        return emitted.stream().map(Ticks.Tick::number).toList();
    }

    private List<Long> times() {
        return emitted.stream().map(Ticks.Tick::timeMillis).toList();
    }

    private class Subscriber implements Flow.Subscriber<Ticks.Tick> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(Ticks.Tick tick) {
            emitted.add(tick);
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void onComplete() {}
    }
}
