package dev.sensorline.mqtt.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.points.ArrivalClock;
import dev.sensorline.points.Reading;

/** The incoming side against a session in memory, in virtual time. */
class BatchSourceTest {

    private static final Duration BATCH_AGE = Duration.ofMillis(90);
    /** One millisecond later than what is due at that time, because timers are rounded up. */
    private static final Duration TICK = Duration.ofMillis(1);

    private final FakeSession session = new FakeSession();
    private final InboundMeter meter = new InboundMeter();
    private Batches batches;
    private BatchSource source;

    @BeforeEach
    void start() {
        start(options(0, 5_000, 1, 10));
    }

    private void start(InboundOptions options) {
        batches = new Batches();
        source = new BatchSource(session, options, meter, new ArrivalClock(Clock.systemUTC()), session::nanoTime);
        source.subscribe(batches);
        session.run();
        session.connect(false);
        session.sent();
    }

    private static InboundOptions options(int qos, int batchSize, int maxBatchesInFlight, int bufferSize) {
        return new InboundOptions(
                List.of("sensor/+", "$share/group/plant/#"),
                List.of(),
                qos,
                batchSize,
                BATCH_AGE,
                maxBatchesInFlight,
                bufferSize,
                1_000_000,
                1_000,
                256,
                AcknowledgementOrder.RELAXED,
                Optional.of("own"),
                Optional.empty());
    }

    // Subscriptions

    @Test
    void the_session_starts_when_somebody_subscribes() {
        FakeSession other = new FakeSession();
        BatchSource unused = new BatchSource(
                other, options(1, 100, 1, 10), meter, new ArrivalClock(Clock.systemUTC()), other::nanoTime);
        other.run();
        assertFalse(other.isStarted());
        unused.subscribe(new Batches());
        other.run();
        assertTrue(other.isStarted());
    }

    @Test
    void the_first_connection_subscribes_to_all_topic_filters_even_if_the_broker_knows_the_session() {
        for (boolean sessionPresent : List.of(true, false)) {
            FakeSession first = new FakeSession();
            new BatchSource(first, options(1, 100, 1, 10), meter, new ArrivalClock(Clock.systemUTC()), first::nanoTime)
                    .subscribe(new Batches());
            first.run();
            first.connect(sessionPresent);
            assertEquals(List.of("SUBSCRIBE sensor/+ $share/group/plant/# qos 1"), first.sent());
        }
    }

    @Test
    void each_reconnection_subscribes_again() {
        for (boolean sessionPresent : List.of(true, false)) {
            session.disconnect();
            session.connect(sessionPresent);
            assertEquals(List.of("SUBSCRIBE sensor/+ $share/group/plant/# qos 0"), session.sent());
        }
    }

    @Test
    void subscriptions_that_are_granted_at_a_lower_qos_are_counted() {
        start(options(1, 100, 1, 10));
        assertEquals(0, source.loweredSubscriptions());
        session.grant("sensor/+", QoS.AT_MOST_ONCE);
        session.grant("$share/group/plant/#", QoS.AT_LEAST_ONCE);
        assertEquals(1, source.loweredSubscriptions());
    }

    // Batches

    @Test
    void readings_that_arrive_with_one_read_share_a_batch() {
        session.arrive("1", "2", "3");
        assertEquals(List.of(List.of("1", "2", "3")), batches.payloads());
    }

    @Test
    void readings_that_arrive_one_by_one_leave_one_by_one() {
        start(options(0, 100, 9, 10));
        for (int i = 0; i < 5; i++) {
            session.advance(Duration.ofMillis(200));
            session.arrive("" + i);
            assertEquals(i + 1, batches.received.size());
        }
    }

    @Test
    void after_a_batch_readings_linger_five_milliseconds_for_each_reading_of_it() {
        start(options(0, 100, 9, 1_000));
        session.arrive(payloads(10));
        session.advance(Duration.ofMillis(20));
        session.arrive("x");
        session.advance(Duration.ofMillis(30));
        assertEquals(1, batches.received.size());
        session.advance(TICK);
        assertEquals(List.of(10, 1), batches.sizes());
    }

    @Test
    void readings_that_follow_a_lone_one_soon_share_a_batch_after_forty_milliseconds() {
        start(options(0, 100, 9, 1_000));
        session.arrive("1");
        assertEquals(List.of(List.of("1")), batches.payloads());
        for (String payload : List.of("2", "3", "4")) {
            session.advance(Duration.ofMillis(12));
            session.arrive(payload);
        }
        session.advance(Duration.ofMillis(4));
        assertEquals(1, batches.received.size());
        session.advance(TICK);
        assertEquals(List.of(List.of("1"), List.of("2", "3", "4")), batches.payloads());
    }

    /** Each read costs more than the readings that it brings. */
    @Test
    void after_a_few_readings_those_of_the_next_batch_are_read_together_shortly_before_it_is_due() {
        start(options(0, 100, 9, 1_000));
        session.arrive("1");
        session.advance(Duration.ofMillis(10));
        session.arrive("2", "3");
        assertEquals(List.of(), session.pauses());
        session.advance(Duration.ofMillis(30).plus(TICK));
        assertEquals(List.of(1, 2), batches.sizes());
        assertEquals(List.of(Duration.ofMillis(39)), session.pauses());
    }

    /** Otherwise those that follow the first one would linger for the next batch. */
    @Test
    void after_a_pause_that_ended_late_the_batch_waits_for_the_readings_that_follow_the_first() {
        start(options(0, 100, 9, 1_000));
        session.arrive("1", "2");
        session.advance(Duration.ofMillis(41));
        session.arrive("3");
        session.arrive("4", "5");
        assertEquals(List.of(2), batches.sizes());
        session.advance(TICK.plus(TICK));
        assertEquals(List.of(2, 3), batches.sizes());
    }

    @Test
    void reading_does_not_pause_for_readings_that_leave_at_once_or_linger_longer_than_a_read_may_take() {
        start(options(0, 100, 9, 1_000));
        session.arrive("1");
        session.advance(Duration.ofSeconds(1));
        session.arrive(payloads(9));
        assertEquals(List.of(1, 9), batches.sizes());
        assertEquals(List.of(), session.pauses());
    }

    /** Its window could be full with the first ones. */
    @Test
    void reading_does_not_pause_for_a_broker_that_waits_for_acknowledgements() {
        start(options(1, 100, 9, 1_000));
        session.arrive("reading", 1, 2);
        assertEquals(List.of(2), batches.sizes());
        assertEquals(List.of(), session.pauses());
    }

    @Test
    void a_reading_lingers_no_longer_than_the_batch_age() {
        start(options(0, 1_000, 9, 1_000));
        session.arrive(payloads(200));
        // Now a broker that sends all the time, so that it does not count as silent.
        for (int millis = 0; millis < 90; millis += 10) {
            session.arrive("x");
            assertEquals(1, batches.received.size());
            session.advance(Duration.ofMillis(10));
        }
        session.advance(TICK);
        assertEquals(2, batches.received.size());
    }

    @Test
    void three_hundred_readings_linger_no_longer_than_thirty_milliseconds() {
        start(options(0, 5_000, 9, 10_000));
        session.arrive(payloads(200));
        session.advance(Duration.ofMillis(10));
        session.arrive(payloads(300));
        session.advance(Duration.ofMillis(19));
        assertEquals(1, batches.received.size());
        session.advance(TICK);
        session.arrive("x");
        assertEquals(List.of(200, 301), batches.sizes());
    }

    @Test
    void a_full_batch_leaves_at_once() {
        start(options(0, 3, 9, 10));
        session.arrive("1");
        session.arrive("2", "3");
        assertEquals(1, batches.received.size());
        session.arrive("4");
        assertEquals(List.of(List.of("1"), List.of("2", "3", "4")), batches.payloads());
    }

    @Test
    void a_batch_is_no_larger_than_allowed() {
        start(options(0, 3, 9, 10));
        session.arrive(payloads(7));
        session.advance(BATCH_AGE);
        assertEquals(List.of(3, 3, 1), batches.sizes());
    }

    @Test
    void a_batch_is_what_arrived_while_the_last_one_was_in_flight() {
        session.arrive("1");
        session.arrive("2");
        session.arrive("3");
        session.advance(Duration.ofSeconds(10));
        assertEquals(1, batches.received.size());
        assertEquals(2, meter.waiting());
        acknowledge(0);
        assertEquals(List.of(List.of("1"), List.of("2", "3")), batches.payloads());
    }

    @Test
    void no_more_batches_are_in_flight_than_allowed() {
        start(options(0, 100, 2, 10));
        for (int i = 0; i < 3; i++) {
            session.arrive("" + i);
            session.advance(Duration.ofSeconds(1));
        }
        assertEquals(2, batches.received.size());
        assertEquals(2, meter.batchesInFlight());
        assertEquals(1, meter.waiting());
    }

    @Test
    void nothing_is_emitted_without_demand() {
        batches = new Batches(0);
        source = new BatchSource(
                session, options(0, 100, 9, 10), meter, new ArrivalClock(Clock.systemUTC()), session::nanoTime);
        source.subscribe(batches);
        session.run();
        session.connect(false);
        session.arrive("1");
        session.advance(Duration.ofSeconds(1));
        assertEquals(0, batches.received.size());
        source.request(1);
        session.run();
        assertEquals(1, batches.received.size());
        session.arrive("2");
        session.advance(Duration.ofSeconds(1));
        assertEquals(1, batches.received.size());
    }

    @Test
    void a_small_window_of_the_broker_does_not_hold_readings_back() {
        start(options(1, 5_000, 1, 1_000));
        // A broker with a window of 20 sends no more before the acknowledgements.
        session.arrive("reading", 1, 20);
        acknowledge(0);
        assertEquals(0, session.readsForced());
        session.arrive("reading", 1, 20);
        // It has fallen silent, long before these readings have lingered for the batch age.
        session.advance(Duration.ofMillis(45));
        assertEquals(1, batches.received.size());
        session.advance(TICK);
        assertEquals(2, batches.received.size());
        acknowledge(1);
        assertEquals(1, session.readsForced());

        // From now on as many readings make a batch at once.
        session.arrive("reading", 1, 20);
        assertEquals(List.of(20, 20, 20), batches.sizes());
        acknowledge(2);
        // A broker that sends more than that has no such window, so its readings linger again.
        session.arrive("reading", 1, 21);
        assertEquals(3, batches.received.size());
    }

    /** As with max_inflight_messages 1 of Mosquitto, which keeps the order. */
    @Test
    void a_window_of_one_does_not_hold_readings_back() {
        start(options(1, 5_000, 9, 1_000));
        session.arrive("reading", 1, 1);
        acknowledge(0);
        session.advance(Duration.ofMillis(2));
        session.arrive("reading", 1, 1);
        session.advance(Duration.ofMillis(38).plus(TICK));
        assertEquals(List.of(1, 1), batches.sizes());
        acknowledge(1);
        assertEquals(1, session.readsForced());

        session.arrive("reading", 1, 1);
        assertEquals(List.of(1, 1, 1), batches.sizes());
        acknowledge(2);
        session.arrive("reading", 1, 2);
        assertEquals(List.of(1, 1, 1), batches.sizes());
    }

    @Test
    void at_qos_0_a_broker_that_falls_silent_waits_for_nothing() {
        start(options(0, 5_000, 9, 1_000));
        session.arrive(payloads(20));
        session.arrive(payloads(20));
        session.advance(Duration.ofMillis(45).plus(TICK));
        assertEquals(List.of(20, 20), batches.sizes());
        acknowledge(0);
        acknowledge(1);
        assertEquals(0, session.readsForced());
    }

    /** Waking up is what costs most at low rates. */
    @Test
    void whether_the_broker_has_fallen_silent_is_looked_at_once_before_a_batch() {
        start(options(0, 1_000, 9, 1_000));
        session.arrive(payloads(200));
        for (int millis = 0; millis < 90; millis += 10) {
            session.arrive("x");
            session.advance(Duration.ofMillis(10));
        }
        session.advance(TICK);
        assertEquals(2, batches.received.size());
        assertEquals(2, session.alarmsSet());
    }

    // Bounds

    @Test
    void at_the_bound_nothing_is_read_until_readings_are_acknowledged() {
        session.arrive(payloads(9));
        assertTrue(session.reads());
        assertFalse(meter.isFull());
        session.arrive("10");
        assertFalse(session.reads());
        assertTrue(meter.isFull());
        acknowledge(0);
        assertTrue(session.reads());
        assertFalse(meter.isFull());
        assertEquals(1, session.resumed());
    }

    @Test
    void payloads_and_topics_are_bounded_by_their_bytes() {
        start(new InboundOptions(
                List.of("sensor/+"),
                List.of(),
                0,
                100,
                BATCH_AGE,
                1,
                1_000,
                1_000,
                1_000,
                256,
                AcknowledgementOrder.RELAXED,
                Optional.empty(),
                Optional.empty()));
        session.arrive("x".repeat(500));
        assertTrue(session.reads());
        session.arrive("x".repeat(484));
        assertFalse(session.reads(), "two topics of 8 bytes and 984 bytes");
        acknowledge(0);
        assertTrue(session.reads());
        session.arriveWith("site", "y".repeat(987), "1", 1);
        session.advance(BATCH_AGE.multipliedBy(2));
        assertFalse(session.reads(), "a topic of 8 bytes, a payload of 1, and a user property of 991");
    }

    @Test
    void a_reading_carries_the_user_properties_of_its_message() {
        session.arrive("1");
        acknowledge(0);
        session.arriveWith("site", "north", "2", 1);
        session.advance(BATCH_AGE);
        assertEquals(
                List.of(List.of(), List.of(Map.entry("site", "north"))),
                batches.readings().stream().map(Reading::properties).toList());
    }

    @Test
    void a_full_buffer_does_not_linger() {
        start(options(0, 5_000, 2, 10));
        session.arrive("1");
        session.arrive(payloads(9));
        assertEquals(List.of(1, 9), batches.sizes());
    }

    @Test
    void an_oversized_payload_is_cut_off() {
        session.arrive("x".repeat(1_001));
        Reading reading = batches.readings().get(0);
        assertEquals(1_001, reading.size());
        assertEquals(256, reading.payload().length);
    }

    @Test
    void what_the_application_publishes_itself_is_acknowledged_in_its_turn_and_dropped() {
        start(options(1, 100, 1, 10));
        session.arrive("1", 1);
        session.arriveOn("own", "x", 2);
        session.arriveOn("own/a/b", "x", 3);
        session.arriveOn("owner", "2", 4);
        assertEquals(List.of(), session.sent());
        acknowledge(0);
        assertEquals(List.of("PUBACK [1, 2, 3]"), session.sent());
        session.advance(BATCH_AGE);
        assertEquals(List.of(List.of("1"), List.of("2")), batches.payloads());
        assertEquals(2, meter.receivedCount());
        assertEquals(2, meter.ignoredCount());
        acknowledge(1);
        assertEquals(0, source.held());
    }

    @Test
    void what_the_application_publishes_itself_is_dropped_at_qos_0_too() {
        session.arriveOn("own/a", "x", 0);
        session.arrive("1");
        assertEquals(List.of(List.of("1")), batches.payloads());
        acknowledge(0);
        assertEquals(0, source.held());
    }

    @Test
    void a_reading_says_whether_the_broker_had_retained_it() {
        session.arriveRetained("1");
        session.arrive("2");
        session.advance(BATCH_AGE);
        acknowledge(0);
        assertEquals(
                List.of(true, false),
                batches.readings().stream().map(Reading::isRetained).toList());
    }

    // Acknowledgements

    @Test
    void a_batch_is_acknowledged_with_one_write() {
        start(options(1, 3, 9, 10));
        session.arrive("1", 7, 9);
        session.arrive("2", 10);
        acknowledge(0);
        assertEquals(List.of("PUBACK [7, 8, 9]"), session.sent());
    }

    @Test
    void acknowledgements_are_sent_in_the_order_of_arrival_whichever_batch_is_acknowledged_first() {
        start(options(1, 2, 9, 10));
        session.arrive("1", 1, 6);
        acknowledge(1);
        acknowledge(2);
        assertEquals(List.of(), session.sent());
        acknowledge(0);
        assertEquals(List.of("PUBACK [1, 2, 3, 4, 5, 6]"), session.sent());
    }

    @Test
    void readings_that_wait_for_the_acknowledgement_of_earlier_ones_count_as_held() {
        start(options(1, 2, 9, 4));
        session.arrive("1", 1, 4);
        acknowledge(1);
        assertFalse(session.reads());
        acknowledge(0);
        assertTrue(session.reads());
    }

    @Test
    void a_burst_is_acknowledged_in_order() {
        start(options(1, 5_000, 9, 20_000));
        session.arrive("1", 1, 20_000);
        assertEquals(List.of(5_000, 5_000, 5_000, 5_000), batches.sizes());
        for (int batch = 3; batch >= 0; batch--) {
            acknowledge(batch);
        }
        int[] packetIds = IntStream.rangeClosed(1, 20_000).toArray();
        assertEquals(List.of("PUBACK " + Arrays.toString(packetIds)), session.sent());
        assertTrue(session.reads());
    }

    @Test
    void readings_held_apart_do_not_hold_back_the_others() {
        start(options(1, 4, 9, 10));
        session.arrive("1", 1, 4);
        session.arrive("2", 5, 8);
        BatchAcknowledgement apart = holdApart(0, 1, 2);
        acknowledge(0);
        acknowledge(1);
        assertEquals(List.of("PUBACK [1, 4]", "PUBACK [5, 6, 7, 8]"), session.sent());
        acknowledge(apart);
        assertEquals(List.of("PUBACK [2, 3]"), session.sent());
    }

    @Test
    void readings_held_apart_do_not_hold_back_what_was_acknowledged_before() {
        start(options(1, 4, 9, 10));
        session.arrive("1", 1, 4);
        session.arrive("2", 5, 8);
        acknowledge(1);
        holdApart(0, 0, 1, 2, 3);
        assertEquals(List.of("PUBACK [5, 6, 7, 8]"), session.sent());
    }

    @Test
    void in_strict_order_no_readings_are_held_apart_and_a_batch_holds_back_the_later_ones() {
        start(new InboundOptions(
                List.of("sensor/+"),
                List.of(),
                1,
                4,
                BATCH_AGE,
                9,
                10,
                1_000_000,
                1_000,
                256,
                AcknowledgementOrder.STRICT,
                Optional.empty(),
                Optional.empty()));
        session.arrive("1", 1, 4);
        session.arrive("2", 5, 8);
        assertEquals(Optional.empty(), without(0, 1, 2));
        acknowledge(1);
        assertEquals(List.of(), session.sent());
        acknowledge(0);
        assertEquals(List.of("PUBACK [1, 2, 3, 4, 5, 6, 7, 8]"), session.sent());
    }

    @Test
    void readings_held_apart_are_held_but_are_no_batch_in_flight() {
        start(options(1, 4, 1, 6));
        session.arrive("1", 1, 4);
        BatchAcknowledgement apart = holdApart(0, 0, 1, 2, 3);
        assertEquals(1, meter.batchesInFlight());
        acknowledge(0);
        assertEquals(0, meter.batchesInFlight());
        session.arrive("2", 5, 6);
        assertEquals(List.of(4, 2), batches.sizes());
        assertFalse(session.reads());
        acknowledge(apart);
        assertEquals(1, meter.batchesInFlight());
        assertTrue(session.reads());
    }

    @Test
    void a_part_held_apart_can_be_divided_again() {
        start(options(1, 4, 9, 10));
        session.arrive("1", 1, 4);
        List<Reading> readings = batches.received.get(0).getPayload();
        BatchAcknowledgement apart = holdApart(0, 0, 1, 2);
        BatchAcknowledgement further =
                apart.without(List.of(readings.get(2), readings.get(3))).orElseThrow();
        acknowledge(further);
        acknowledge(apart);
        acknowledge(0);
        assertEquals(List.of("PUBACK [3]", "PUBACK [1, 2]", "PUBACK [4]"), session.sent());
    }

    @Test
    void equal_readings_are_told_apart() {
        start(options(0, 4, 9, 10));
        session.arrive("1", "1");
        List<Reading> readings = batches.received.get(0).getPayload();
        holdApart(0, 1);
        acknowledge(0);
        assertEquals(2, readings.size());
        assertEquals(1, source.held());
    }

    @Test
    void an_acknowledgement_takes_effect_once() {
        start(options(1, 4, 9, 10));
        session.arrive("1", 1, 4);
        acknowledge(0);
        acknowledge(0);
        assertEquals(List.of("PUBACK [1, 2, 3, 4]"), session.sent());
        assertEquals(0, meter.batchesInFlight());
        assertThrows(IllegalStateException.class, () -> holdApart(0, 1));
    }

    @Test
    void readings_held_apart_over_a_reconnection_do_not_hold_back_the_others() {
        start(options(1, 4, 9, 10));
        session.arrive("1", 1, 2);
        BatchAcknowledgement apart = holdApart(0, 0);
        reconnect(true);
        session.arriveAgain("1", 1);
        session.arriveAgain("1", 2);
        acknowledge(0);
        assertEquals(List.of("PUBACK [2]"), session.sent());
        acknowledge(apart);
        assertEquals(List.of("PUBACK [1]"), session.sent());
    }

    @Test
    void a_packet_id_that_the_broker_has_used_for_another_message_is_not_acknowledged_for_the_first() {
        start(options(1, 1, 9, 10));
        session.arrive("1", 7);
        session.arrive("2", 7);
        acknowledge(0);
        assertEquals(List.of(), session.sent());
        acknowledge(1);
        assertEquals(List.of("PUBACK [7]"), session.sent());
    }

    @Test
    void a_message_of_qos_0_is_not_acknowledged() {
        session.arrive("1");
        acknowledge(0);
        assertEquals(List.of(), session.sent());
    }

    @Test
    void a_batch_that_is_negatively_acknowledged_does_not_hold_back_later_ones() {
        start(options(1, 2, 9, 10));
        session.arrive("1", 1, 2);
        session.arrive("2", 3, 4);
        acknowledge(1);
        batches.received.get(0).nack(new IllegalStateException("not now"));
        session.run();
        assertEquals(List.of("PUBACK [3, 4]"), session.sent());
    }

    @Test
    void a_batch_that_is_negatively_acknowledged_stays_with_the_broker() {
        start(options(1, 100, 1, 10));
        session.arrive("1", 7);
        batches.received.get(0).nack(new IllegalStateException("not now"));
        session.run();
        assertEquals(List.of(), session.sent());
        session.disconnect();
        session.connect(true);
        session.arriveAgain("1", 7);
        session.advance(BATCH_AGE);
        assertEquals(List.of(List.of("1"), List.of("1")), batches.payloads());
    }

    // Redeliveries

    @Test
    void a_reading_that_is_held_over_a_reconnection_is_emitted_once_and_acknowledged_on_the_new_connection() {
        start(options(1, 100, 1, 10));
        session.arrive("held", 7);
        reconnect(true);
        session.arriveAgain("held", 7);
        acknowledge(0);
        session.advance(BATCH_AGE);
        assertEquals(List.of("PUBACK [7]"), session.sent());
        assertEquals(List.of(List.of("held")), batches.payloads());
        assertEquals(1, meter.redeliveredCount());
        assertEquals(1, meter.receivedCount());
    }

    @Test
    void a_reading_of_qos_2_is_acknowledged_at_any_time_in_the_session_because_it_does_not_arrive_again() {
        start(options(1, 100, 1, 10));
        session.arriveExactlyOnce("held", 7);
        session.disconnect();
        acknowledge(0);
        assertEquals(List.of("PUBACK [7]"), session.sent());
        session.connect(true);
        session.arriveExactlyOnce("held", 8);
        session.advance(BATCH_AGE);
        reconnect(true);
        acknowledge(1);
        assertEquals(List.of("PUBACK [8]"), session.sent());
        session.arriveExactlyOnce("held", 9);
        session.advance(BATCH_AGE);
        reconnect(false);
        acknowledge(2);
        assertEquals(List.of(), session.sent());
    }

    @Test
    void a_reading_that_is_acknowledged_without_a_connection_is_not_emitted_again() {
        start(options(1, 100, 1, 10));
        session.arrive("acknowledged", 7);
        session.disconnect();
        acknowledge(0);
        session.connect(true);
        session.sent();
        session.arriveAgain("acknowledged", 7);
        assertEquals(List.of("PUBACK [7]"), session.sent());
        session.advance(BATCH_AGE);
        assertEquals(1, batches.received.size());
    }

    @Test
    void a_reading_of_an_earlier_connection_is_not_acknowledged_before_it_is_sent_again() {
        start(options(1, 100, 1, 10));
        session.arrive("1", 7);
        reconnect(true);
        acknowledge(0);
        assertEquals(List.of(), session.sent());
        session.arriveAgain("1", 7);
        assertEquals(List.of("PUBACK [7]"), session.sent());
    }

    @Test
    void a_redelivery_with_a_known_packet_id_and_another_content_is_a_new_reading() {
        start(options(1, 100, 9, 10));
        session.arrive("1", 7);
        reconnect(true);
        session.arriveAgain("2", 7);
        session.advance(BATCH_AGE);
        assertEquals(List.of(List.of("1"), List.of("2")), batches.payloads());
    }

    @Test
    void a_redelivery_is_recognised_without_dup() {
        start(options(1, 100, 9, 10));
        session.arrive("1", 7);
        session.disconnect();
        session.connect(true);
        session.sent();
        session.arrive("1", 7);
        acknowledge(0);
        session.advance(BATCH_AGE);
        assertEquals(1, batches.received.size());
        assertEquals(List.of("PUBACK [7]"), session.sent());
        assertEquals(1, meter.redeliveredCount());
        assertEquals(1, meter.receivedCount());
    }

    /** Artemis sends again with new packet ids and without DUP, and comes to the old ones when it has used all others. */
    @Test
    void a_new_message_with_an_old_packet_id_and_equal_content_is_a_new_reading() {
        start(options(1, 100, 9, 10));
        session.arrive("20.5", 7);
        session.disconnect();
        acknowledge(0);
        session.connect(true);
        session.sent();
        session.arrive("20.5", 8);
        session.advance(Duration.ofSeconds(10));
        session.arrive("20.5", 7);
        session.advance(BATCH_AGE);
        assertEquals(List.of(List.of("20.5"), List.of("20.5"), List.of("20.5")), batches.payloads());
        acknowledge(1);
        acknowledge(2);
        assertEquals(List.of("PUBACK [8]", "PUBACK [7]"), session.sent());
    }

    @Test
    void a_redelivery_with_dup_is_recognised_at_any_time() {
        start(options(1, 100, 9, 10));
        session.arrive("1", 7);
        reconnect(true);
        session.advance(Duration.ofSeconds(60));
        session.arriveAgain("1", 7);
        session.advance(BATCH_AGE);
        assertEquals(1, batches.received.size());
    }

    /** Nothing shows which of them are new, so each of them is written. */
    @Test
    void nothing_is_recognised_without_dup_once_the_broker_has_used_an_old_packet_id_for_another_message() {
        start(options(1, 100, 9, 10));
        session.arrive("20.5", 7, 8);
        reconnect(true);
        session.arrive("20.6", 7);
        session.arrive("20.5", 8);
        session.advance(BATCH_AGE);
        assertEquals(
                List.of("20.5", "20.5", "20.6", "20.5"),
                batches.payloads().stream().flatMap(List::stream).toList());
    }

    @Test
    void a_redelivery_on_the_same_connection_is_acknowledged_once() {
        start(options(1, 100, 9, 10));
        session.arrive("1", 7);
        session.arrive("1", 7);
        session.arriveAgain("1", 7);
        acknowledge(0);
        session.advance(BATCH_AGE);
        assertEquals(1, batches.received.size());
        assertEquals(List.of("PUBACK [7]"), session.sent());
    }

    @Test
    void a_packet_id_is_that_of_a_new_reading_once_it_is_acknowledged() {
        start(options(1, 100, 9, 10));
        session.arrive("1", 7);
        acknowledge(0);
        session.arrive("1", 7);
        session.advance(BATCH_AGE);
        assertEquals(2, batches.received.size());
        assertEquals(0, meter.redeliveredCount());
    }

    @Test
    void a_broker_that_has_forgotten_the_session_starts_with_new_packet_ids() {
        start(options(1, 100, 9, 10));
        session.arrive("1", 7);
        reconnect(false);
        session.arriveAgain("1", 7);
        session.advance(BATCH_AGE);
        assertEquals(2, batches.received.size());
    }

    @Test
    void what_is_sent_again_is_acknowledged_in_the_order_of_the_new_connection() {
        start(options(1, 1, 9, 10));
        session.arrive("1", 1, 3);
        session.disconnect();
        acknowledge(1);
        session.connect(true);
        session.sent();
        session.arriveAgain("1", 1);
        session.arriveAgain("1", 2);
        session.arriveAgain("1", 3);
        acknowledge(2);
        assertEquals(List.of(), session.sent());
        acknowledge(0);
        assertEquals(List.of("PUBACK [1, 2, 3]"), session.sent());
        assertEquals(0, source.held());
    }

    @Test
    void an_acknowledgement_that_waited_for_earlier_ones_when_the_connection_ended_is_sent_on_the_next() {
        start(options(1, 1, 9, 10));
        session.arrive("1", 1, 2);
        acknowledge(1);
        session.disconnect();
        assertEquals(1, source.held());
        session.connect(true);
        session.sent();
        session.arriveAgain("1", 1);
        session.arriveAgain("1", 2);
        acknowledge(0);
        assertEquals(List.of("PUBACK [1, 2]"), session.sent());
        assertEquals(2, batches.received.size());
        assertEquals(0, source.held());
    }

    // Changed topics

    @Test
    void what_has_arrived_before_the_topics_change_is_settled_before_the_change_and_what_arrives_later_after_it() {
        start(options(1, 2, 1, 100));
        List<String> order = new ArrayList<>();
        session.arrive("old", 1, 4);
        session.arrive("old", 5);
        source.changeTopics(List.of("new/+"), () -> order.add("changed after " + batches.count()));
        session.run();
        session.arrive("new", 6, 7);
        session.advance(Duration.ofSeconds(10));
        assertEquals(List.of(2), batches.sizes());
        acknowledge(0);
        acknowledge(1);
        session.arrive("new", 8);
        assertEquals(List.of(2, 2, 1), batches.sizes());
        assertEquals(List.of(), order, "a batch may be decoded part by part until it is settled");
        acknowledge(2);
        assertEquals(List.of("changed after 5"), order);
        assertEquals(List.of("new", "new"), batches.payloads().get(3));
        acknowledge(3);
        session.advance(BATCH_AGE);
        assertEquals(8, batches.count());
    }

    @Test
    void readings_that_linger_leave_at_once_when_the_topics_change() {
        start(options(0, 100, 2, 100));
        session.arrive("1");
        session.arrive("2");
        assertEquals(1, batches.received.size());
        source.changeTopics(List.of("new/+"), () -> {});
        session.run();
        assertEquals(List.of(List.of("1"), List.of("2")), batches.payloads());
    }

    @Test
    void a_change_waits_without_a_timer() {
        session.arrive("1");
        source.changeTopics(List.of("new/+"), () -> {});
        session.run();
        session.arrive("2");
        session.advance(Duration.ofSeconds(1));
        assertEquals(0, session.timers());
        acknowledge(0);
        assertEquals(2, batches.count());
    }

    @Test
    void while_nothing_is_held_the_topics_change_at_once() {
        List<String> order = new ArrayList<>();
        source.changeTopics(List.of("sensor/+", "new/+"), () -> order.addAll(session.sent()));
        session.run();
        assertEquals(List.of(), order, "before anything is subscribed to");
        assertEquals(List.of("SUBSCRIBE sensor/+ new/+ qos 0", "UNSUBSCRIBE $share/group/plant/#"), session.sent());
    }

    @Test
    void a_change_that_has_not_begun_is_replaced_by_the_next() {
        List<String> order = new ArrayList<>();
        session.arrive("1");
        source.changeTopics(List.of("first/+"), () -> order.add("first"));
        session.run();
        session.arrive("2");
        source.changeTopics(List.of("second/+"), () -> order.add("second after " + batches.count()));
        session.run();
        acknowledge(0);
        assertEquals(List.of("second after 1"), order);
        session.advance(BATCH_AGE);
        assertEquals(2, batches.count());
    }

    @Test
    void the_same_topics_in_another_order_send_nothing() {
        List<String> order = new ArrayList<>();
        source.changeTopics(List.of("$share/group/plant/#", "sensor/+"), () -> order.add("changed"));
        session.run();
        assertEquals(List.of("changed"), order);
        assertEquals(List.of(), session.sent());
    }

    @Test
    void topics_that_change_without_a_connection_are_subscribed_to_on_the_next() {
        session.disconnect();
        source.changeTopics(List.of("new/+"), () -> {});
        session.run();
        session.sent();
        session.connect(true);
        assertEquals(List.of("SUBSCRIBE new/+ qos 0"), session.sent());
    }

    @Test
    void the_channel_is_not_ready_until_the_broker_has_granted_the_changed_topics() {
        assertTrue(source.isReady());
        session.grant(false);
        source.changeTopics(List.of("sensor/+", "new/+"), () -> {});
        session.run();
        assertFalse(source.isReady());
        session.grant(true);
        assertTrue(source.isReady());
    }

    // Ending

    @Test
    void draining_takes_no_more_messages_and_ends_when_every_batch_is_acknowledged() {
        session.arrive("1");
        session.arrive("2");
        CompletableFuture<Void> drained = source.drain().toCompletableFuture();
        session.run();
        assertFalse(session.reads());
        session.arrive("3");
        acknowledge(0);
        assertFalse(drained.isDone());
        assertEquals(List.of(List.of("1"), List.of("2")), batches.payloads());
        acknowledge(1);
        assertTrue(drained.isDone());
    }

    @Test
    void draining_ends_at_once_when_nothing_is_held() {
        CompletableFuture<Void> drained = source.drain().toCompletableFuture();
        session.run();
        assertTrue(drained.isDone());
    }

    @Test
    void after_a_cancellation_nothing_is_taken() {
        source.cancel();
        session.run();
        session.arrive("1");
        assertFalse(session.reads());
        assertEquals(0, meter.receivedCount());
    }

    private void reconnect(boolean sessionPresent) {
        session.disconnect();
        session.connect(sessionPresent);
        session.sent();
    }

    private void acknowledge(int batch) {
        batches.received.get(batch).ack();
        session.run();
    }

    private void acknowledge(BatchAcknowledgement part) {
        part.acknowledge();
        session.run();
    }

    /** Holds the readings with these indexes apart from their batch. */
    private BatchAcknowledgement holdApart(int batch, int... readings) {
        BatchAcknowledgement apart = without(batch, readings).orElseThrow();
        session.run();
        return apart;
    }

    private Optional<BatchAcknowledgement> without(int batch, int... readings) {
        Message<List<Reading>> message = batches.received.get(batch);
        return message.getMetadata(BatchAcknowledgement.class)
                .orElseThrow()
                .without(IntStream.of(readings)
                        .mapToObj(message.getPayload()::get)
                        .toList());
    }

    private static String[] payloads(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
    }
}
