package dev.sensorline.ingestor.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.ingestor.LogLines;
import dev.sensorline.ingestor.eventloop.VirtualEventLoop;
import dev.sensorline.mqtt.client.PublishRefusedException;
import dev.sensorline.mqtt.client.QoS;

/** When the status is published, and when no longer. */
class StatusPublisherTest {

    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration LOOK = StatusPublisher.LOOK_PERIOD;

    /** A message that has been published, to be answered by the test. */
    private record Sent(String topic, String payload, QoS qos, CompletableFuture<Void> taken) {

        void refuse() {
            taken.completeExceptionally(new PublishRefusedException(0x87, "not authorized"));
        }
    }

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final List<Sent> sent = new ArrayList<>();
    private final LogLines log = LogLines.of(StatusPublisher.class);
    private boolean isStoreUp = true;
    private boolean hasChannel = true;

    private final StatusPublisher publisher = new StatusPublisher(
            "own/status/x", PERIOD, new Words(), () -> isStoreUp, this::publish, loop, new LoopClock());

    @AfterEach
    void closeLog() {
        log.close();
    }

    private CompletableFuture<Void> publish(String topic, byte[] payload, QoS qos) {
        if (!hasChannel) {
            throw new IllegalStateException("no subscriber");
        }
        Sent message = new Sent(topic, new String(payload, UTF_8), qos, new CompletableFuture<>());
        sent.add(message);
        return message.taken;
    }

    private static final class Words implements StatusPublisher.Source {

        @Override
        public byte[] online(Instant now, Since broker, Since store) {
            return "%d: broker %s, store %s".formatted(now.getEpochSecond(), text(broker), text(store)).getBytes(UTF_8);
        }

        private static String text(Since server) {
            return (server.isUp() ? "up" : "down") + " since " + server.since().getEpochSecond();
        }

        @Override
        public byte[] offline(Instant now) {
            return (now.getEpochSecond() + ": offline").getBytes(UTF_8);
        }
    }

    /** The time of the loop. */
    private final class LoopClock extends Clock {

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(loop.nanoTime());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    /** Connects after a second. */
    private void connect() {
        publisher.start();
        loop.advance(Duration.ofSeconds(1));
        publisher.connected(true);
        loop.run();
    }

    /** Lets the broker take what has been published, and time pass. */
    private void pass(Duration time) {
        for (long passed = 0; passed < time.toMillis(); passed += LOOK.toMillis()) {
            sent.forEach(message -> message.taken.complete(null));
            loop.advance(LOOK);
        }
    }

    private void reconnect() {
        publisher.connected(false);
        publisher.connected(true);
        loop.run();
    }

    @Test
    void it_is_published_at_once_after_each_connect() {
        connect();
        assertEquals(1, sent.size());
        assertEquals("own/status/x", sent.get(0).topic);
        assertEquals("1: broker up since 1, store up since 0", sent.get(0).payload);
        pass(Duration.ofSeconds(2));
        publisher.connected(false);
        publisher.connected(false); // An attempt has failed.
        pass(Duration.ofSeconds(60));
        assertEquals(1, sent.size(), "nothing is sent without a connection");
        publisher.connected(true);
        loop.run();
        assertEquals("63: broker up since 63, store up since 0", sent.get(1).payload);
        assertEquals(2, sent.size());
    }

    @Test
    void it_is_published_again_after_each_period() {
        connect();
        pass(Duration.ofMillis(9_500));
        assertEquals(1, sent.size());
        pass(LOOK);
        assertEquals(2, sent.size());
        pass(PERIOD.multipliedBy(3));
        assertEquals(5, sent.size());
    }

    @Test
    void a_store_that_is_no_longer_reached_is_told_at_once_and_the_period_begins_again() {
        connect();
        pass(Duration.ofSeconds(5));
        isStoreUp = false;
        pass(LOOK);
        assertEquals("6: broker up since 1, store down since 6", sent.get(1).payload);
        pass(Duration.ofMillis(9_500));
        assertEquals(2, sent.size());
        isStoreUp = true;
        pass(LOOK);
        assertEquals("16: broker up since 1, store up since 16", sent.get(2).payload);
        pass(LOOK);
        assertEquals(3, sent.size());
    }

    @Test
    void only_the_first_status_of_a_connection_waits_for_an_answer() {
        connect();
        pass(PERIOD.multipliedBy(2));
        reconnect();
        pass(PERIOD);
        assertEquals(
                List.of(
                        QoS.AT_LEAST_ONCE,
                        QoS.AT_MOST_ONCE,
                        QoS.AT_MOST_ONCE,
                        QoS.AT_LEAST_ONCE,
                        QoS.AT_MOST_ONCE),
                sent.stream().map(Sent::qos).toList());
    }

    @Test
    void while_no_answer_is_read_the_status_goes_on() {
        connect();
        loop.advance(PERIOD);
        sent.get(0).taken.completeExceptionally(new IllegalStateException("not acknowledged within 1000 ms"));
        sent.get(1).taken.complete(null);
        loop.advance(PERIOD);
        assertEquals(3, sent.size());
        assertEquals(List.of(), log.all());
    }

    @Test
    void while_one_is_being_written_no_other_is_sent_and_then_the_newest() {
        connect();
        loop.advance(PERIOD);
        assertEquals(2, sent.size());
        isStoreUp = false;
        loop.advance(PERIOD.multipliedBy(3));
        assertEquals(2, sent.size());
        sent.get(1).taken.complete(null);
        loop.advance(LOOK);
        assertEquals(3, sent.size());
        assertTrue(sent.get(2).payload.startsWith("41: "), sent.get(2).payload);
    }

    @Test
    void a_broker_that_refuses_it_gets_no_other_and_one_line_says_so() {
        connect();
        sent.get(0).refuse();
        pass(PERIOD.multipliedBy(3));
        reconnect();
        pass(PERIOD);
        publisher.end();
        assertEquals(1, sent.size());
        assertEquals(List.of("WARN own/status/x: the status is not published: the broker refuses the message: not authorized"), log.all());
    }

    @Test
    void a_broker_that_ends_the_connections_for_it_gets_no_other_and_one_line_says_so() {
        connect();
        publisher.connected(false);
        publisher.connected(true);
        loop.run();
        assertEquals(QoS.AT_MOST_ONCE, sent.get(1).qos, "the first one is sent again by the session");
        publisher.connected(false);
        // As the channel says it, after the last try.
        sent.get(0).taken.completeExceptionally(new IllegalStateException("the connection ended 3 times"));
        publisher.connected(true);
        pass(PERIOD.multipliedBy(3));
        assertEquals(2, sent.size());
        assertEquals(List.of("WARN own/status/x: the status is not published: the connection ended 3 times"), log.all());
    }

    @Test
    void a_channel_that_is_not_there_yet_is_tried_again() {
        hasChannel = false;
        connect();
        hasChannel = true;
        loop.advance(LOOK);
        assertEquals(1, sent.size());
        assertEquals(QoS.AT_LEAST_ONCE, sent.get(0).qos);
    }

    @Test
    void at_the_end_the_last_one_says_offline_and_nothing_follows() {
        connect();
        pass(Duration.ofSeconds(1));
        publisher.end();
        pass(PERIOD.multipliedBy(2));
        reconnect();
        assertEquals(2, sent.size());
        assertEquals("2: offline", sent.get(1).payload);
        assertEquals(QoS.AT_LEAST_ONCE, sent.get(1).qos);
    }

    @Test
    void without_a_connection_the_end_is_not_told() {
        publisher.start();
        publisher.end();
        connect();
        hasChannel = false;
        publisher.end();
        assertEquals(List.of(), sent);
    }
}
