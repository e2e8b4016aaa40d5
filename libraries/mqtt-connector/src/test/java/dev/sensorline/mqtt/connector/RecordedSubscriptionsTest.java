package dev.sensorline.mqtt.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionListener;

/** The list of a session's subscriptions, against a session in memory. One test at a time, since they read the log. */
@Execution(ExecutionMode.SAME_THREAD)
class RecordedSubscriptionsTest {

    private static final String SUBSCRIBE = "SUBSCRIBE sensor/+ plant/# qos 1";
    private static final String READ = "READ own/session/me";

    private final FakeSession session = new FakeSession();
    private final RecordedSubscriptions recorded;
    private List<String> filters = List.of("sensor/+", "plant/#");

    RecordedSubscriptionsTest() {
        recorded = new RecordedSubscriptions(
                session,
                "own/session/me",
                filters,
                List.of("sensor/a"),
                () -> session.subscribe(filters, QoS.AT_LEAST_ONCE));
        session.listen(new SessionListener() {

            @Override
            public void connected(boolean sessionPresent) {
                recorded.connected(sessionPresent);
            }

            @Override
            public void disconnected() {
                recorded.disconnected();
            }
        });
    }

    private static String publish(int packetId, String... filters) {
        return "PUBLISH " + packetId + " own/session/me " + String.join("\n", filters) + " qos 1 retained";
    }

    /** The lines of this list: other tests of the module run at the same time. */
    private static List<String> told(LogLines log) {
        return log.take().stream()
                .filter(line -> line.startsWith("own/session/me"))
                .toList();
    }

    @Test
    void in_a_new_session_the_list_is_kept_before_the_filters_are_subscribed_to() {
        session.connect(false);
        assertEquals(List.of(publish(1, "sensor/+", "plant/#"), SUBSCRIBE), session.sent());
    }

    @Test
    void filters_that_are_no_longer_configured_are_unsubscribed_from_after_the_new_ones_are_subscribed_to() {
        session.connect(true);
        assertEquals(List.of(READ), session.sent());
        session.retained(Optional.of("#\nsensor/+\nold/+"));
        assertEquals(
                List.of(
                        publish(1, "sensor/+", "plant/#", "#", "old/+"),
                        SUBSCRIBE,
                        "UNSUBSCRIBE # old/+",
                        publish(2, "sensor/+", "plant/#")),
                session.sent());
    }

    @Test
    void nothing_is_unsubscribed_from_before_the_broker_has_granted_the_new_filters() {
        session.connect(true);
        session.grant(false);
        session.retained(Optional.of("sensor/+\nplant/#\n#"));
        session.advance(Duration.ofMinutes(1));
        assertEquals(List.of(READ, SUBSCRIBE, SUBSCRIBE), session.sent());
        session.grant(true);
        session.advance(Duration.ofMillis(200));
        assertEquals(List.of("UNSUBSCRIBE #", publish(1, "sensor/+", "plant/#")), session.sent());
    }

    @Test
    void a_list_that_names_what_is_configured_is_left_as_it_is() {
        session.connect(true);
        session.retained(Optional.of("sensor/+\nplant/#"));
        assertEquals(List.of(READ, SUBSCRIBE), session.sent());
    }

    @Test
    void a_list_that_does_not_come_delays_the_subscriptions_by_a_second_at_most() {
        session.connect(true);
        session.advance(RecordedSubscriptions.LONGEST_DELAY.minusMillis(1));
        assertEquals(List.of(READ), session.sent());
        session.advance(Duration.ofMillis(1));
        assertEquals(List.of(SUBSCRIBE), session.sent());
        session.retained(Optional.of("sensor/+\nplant/#\n#"));
        assertEquals(List.of(SUBSCRIBE, "UNSUBSCRIBE #", publish(1, "sensor/+", "plant/#")), session.sent());
    }

    @Test
    void without_a_list_one_is_kept_and_one_line_says_what_is_not_known() {
        try (LogLines log = new LogLines(RecordedSubscriptions.class)) {
            session.connect(true);
            session.retained(Optional.empty());
            assertEquals(
                    List.of(
                            READ,
                            publish(1, "sensor/+", "plant/#", "sensor/a"),
                            SUBSCRIBE,
                            "UNSUBSCRIBE sensor/a",
                            publish(2, "sensor/+", "plant/#")),
                    session.sent());
            session.takeOver(1);
            session.takeOver(2);
            session.disconnect();
            session.connect(true);
            session.retained(Optional.empty());
            assertEquals(
                    List.of(
                            "own/session/me: it does not hold the list of earlier subscriptions (no earlier process has kept"
                                    + " it, or the user may not read it); topic filters of earlier configurations stay subscribed to"),
                    told(log));
        }
    }

    @Test
    void what_is_no_topic_filter_is_not_unsubscribed_from() {
        session.connect(true);
        session.retained(Optional.of("sensor/+\nplant/#\n\na+b\n#/a\n$share/g\n$share/g/old/#"));
        assertEquals(
                List.of(READ, SUBSCRIBE, "UNSUBSCRIBE $share/g/old/#", publish(1, "sensor/+", "plant/#")),
                session.sent());
    }

    @Test
    void where_the_list_is_refused_it_is_given_up_with_one_line() {
        try (LogLines log = new LogLines(RecordedSubscriptions.class)) {
            session.connect(false);
            session.refuse(1);
            session.disconnect();
            session.sent();
            session.connect(true);
            assertEquals(List.of(SUBSCRIBE), session.sent());
            assertEquals(
                    List.of("own/session/me: the broker refuses the message: not authorized; topic filters of earlier"
                            + " configurations stay subscribed to"),
                    told(log));
        }
    }

    @Test
    void where_the_broker_ends_two_connections_for_the_list_it_is_given_up_with_one_line() {
        try (LogLines log = new LogLines(RecordedSubscriptions.class)) {
            session.connect(true);
            session.disconnect();
            session.connect(false);
            session.disconnect();
            session.sent();
            session.connect(true);
            assertEquals(List.of(SUBSCRIBE), session.sent());
            assertEquals(
                    List.of(
                            "own/session/me: the connection ended before the list was acknowledged; topic filters of earlier"
                                    + " configurations stay subscribed to"),
                    told(log));
        }
    }

    @Test
    void connections_that_end_later_do_not_count() {
        for (int i = 1; i <= 3; i++) {
            session.connect(false);
            session.takeOver(i);
            session.disconnect();
        }
        session.sent();
        session.connect(false);
        assertEquals(List.of(publish(4, "sensor/+", "plant/#"), SUBSCRIBE), session.sent());
    }

    private void change(String... changed) {
        filters = List.of(changed);
        recorded.change(filters);
        session.run();
    }

    private void connectWithItsList() {
        session.connect(false);
        session.takeOver(1);
        session.sent();
    }

    @Test
    void filters_that_change_are_recorded_before_they_are_subscribed_to_and_the_old_ones_unsubscribed_from_after() {
        connectWithItsList();
        change("sensor/+", "new/+");
        assertEquals(
                List.of(
                        publish(2, "sensor/+", "new/+", "plant/#"),
                        "SUBSCRIBE sensor/+ new/+ qos 1",
                        "UNSUBSCRIBE plant/#",
                        publish(3, "sensor/+", "new/+")),
                session.sent());
    }

    @Test
    void the_old_filters_stay_until_the_broker_has_granted_the_changed_ones() {
        connectWithItsList();
        session.grant(false);
        change("new/+");
        session.advance(Duration.ofMinutes(1));
        assertEquals(List.of(publish(2, "new/+", "sensor/+", "plant/#"), "SUBSCRIBE new/+ qos 1"), session.sent());
        session.grant(true);
        session.advance(Duration.ofMillis(200));
        assertEquals(List.of("UNSUBSCRIBE sensor/+ plant/#", publish(3, "new/+")), session.sent());
    }

    @Test
    void filters_that_are_configured_again_before_they_are_unsubscribed_from_stay() {
        connectWithItsList();
        session.grant(false);
        change("new/+");
        change("sensor/+", "plant/#");
        session.sent();
        session.grant(true);
        session.advance(Duration.ofSeconds(1));
        assertEquals(List.of("UNSUBSCRIBE new/+", publish(3, "sensor/+", "plant/#")), session.sent());
    }

    @Test
    void filters_that_change_without_a_connection_are_subscribed_to_on_the_next_and_the_old_ones_unsubscribed_from() {
        connectWithItsList();
        session.disconnect();
        change("sensor/+", "new/+");
        assertEquals(List.of(), session.sent());
        session.connect(true);
        session.retained(Optional.of("sensor/+\nplant/#"));
        assertEquals(
                List.of(
                        READ,
                        publish(2, "sensor/+", "new/+", "plant/#"),
                        "SUBSCRIBE sensor/+ new/+ qos 1",
                        "UNSUBSCRIBE plant/#",
                        publish(3, "sensor/+", "new/+")),
                session.sent());
    }

    @Test
    void where_the_list_is_given_up_filters_that_change_are_unsubscribed_from_all_the_same() {
        session.connect(false);
        session.refuse(1);
        session.sent();
        change("new/+");
        assertEquals(List.of("SUBSCRIBE new/+ qos 1", "UNSUBSCRIBE sensor/+ plant/#"), session.sent());
        session.disconnect();
        change("other/+");
        session.connect(true);
        assertEquals(List.of("SUBSCRIBE other/+ qos 1", "UNSUBSCRIBE new/+"), session.sent());
    }
}
