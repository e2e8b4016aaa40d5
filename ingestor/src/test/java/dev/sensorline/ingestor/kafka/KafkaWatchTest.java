package dev.sensorline.ingestor.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.ingestor.LogLines;
import dev.sensorline.ingestor.eventloop.VirtualEventLoop;
import dev.sensorline.ingestor.settings.IngestorConfig.HostAndPort;

/** The state of Kafka as derived from the metrics of a client, with a virtual clock. */
class KafkaWatchTest {

    private static final String ANSWERS = "INFO Kafka at kafka:9092 answers";

    private static final class FakeClient implements WatchedClient {

        private final Map<MetricName, Metric> metrics = new HashMap<>();
        private boolean isServed = true;
        private String lastFailure = "";
        private boolean givesUp;
        private boolean hasGivenUp;

        void set(String name, double value) {
            MetricName key = new MetricName(name, "group", "", Map.of());
            metrics.put(key, new Metric() {

                @Override
                public MetricName metricName() {
                    return key;
                }

                @Override
                public Object metricValue() {
                    return value;
                }
            });
        }

        @Override
        public Map<MetricName, ? extends Metric> metrics() {
            return metrics;
        }

        @Override
        public boolean isServed(Map<MetricName, ? extends Metric> metrics) {
            return isServed;
        }

        @Override
        public String lastFailure() {
            return lastFailure;
        }

        @Override
        public boolean givesUpWhenRefused() {
            return givesUp;
        }

        @Override
        public boolean hasGivenUp() {
            return hasGivenUp;
        }
    }

    private final FakeClient client = new FakeClient();
    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final AtomicInteger exits = new AtomicInteger();
    private final LogLines log = LogLines.of(KafkaWatch.class);
    private final KafkaWatch watch = new KafkaWatch(
            List.of(new HostAndPort("kafka", 9092)), Optional.of("me"), "PLAIN", client, loop, exits::incrementAndGet);

    @BeforeEach
    void start() {
        watch.start();
    }

    @AfterEach
    void stop() {
        watch.stop();
        log.close();
    }

    private void connect() {
        client.set("successful-authentication-total", 1);
        client.set("failed-authentication-total", 0);
        client.set("connection-count", 1);
    }

    @Test
    void a_connected_client_that_is_served_is_one_line() {
        connect();
        loop.advance(Duration.ofMinutes(1));
        assertTrue(watch.isAnswering());
        assertEquals(List.of(ANSWERS), log.all());
    }

    @Test
    void a_client_that_is_not_served_for_five_seconds_is_an_outage_and_being_served_again_its_end() {
        connect();
        loop.advance(Duration.ofSeconds(2));
        client.isServed = false;
        client.lastFailure = "not allowed";
        loop.advance(Duration.ofSeconds(5));
        assertTrue(watch.isAnswering());
        loop.advance(Duration.ofSeconds(1));
        assertFalse(watch.isAnswering());
        client.isServed = true;
        loop.advance(Duration.ofSeconds(1));
        assertTrue(watch.isAnswering());
        assertEquals(
                List.of(
                        ANSWERS,
                        "WARN Kafka at kafka:9092 does not answer: not allowed; nothing is acknowledged until it does",
                        ANSWERS),
                log.all());
    }

    @Test
    void the_first_answer_may_take_twenty_seconds() {
        loop.advance(Duration.ofSeconds(20));
        assertEquals(List.of(), log.all());
        loop.advance(Duration.ofSeconds(1));
        assertEquals(
                List.of("WARN Kafka at kafka:9092 does not answer; nothing is acknowledged until it does"), log.all());
        assertFalse(watch.isAnswering());
    }

    @Test
    void a_refused_connection_names_the_user_and_the_mechanism() {
        connect();
        loop.advance(Duration.ofSeconds(2));
        client.set("failed-authentication-total", 1);
        loop.advance(Duration.ofSeconds(6));
        assertFalse(watch.isAnswering());
        assertTrue(
                log.all().get(1).contains("does not accept KAFKA_USERNAME=me with this password by PLAIN"),
                log.all()::toString);
        assertEquals(0, exits.get());
    }

    @Test
    void a_client_that_gives_up_when_its_first_connection_is_refused_ends_the_process_once() {
        client.givesUp = true;
        client.set("failed-authentication-total", 1);
        loop.advance(Duration.ofMinutes(1));
        assertEquals(1, exits.get());
        assertEquals(1, log.all().size(), log.all()::toString);
        assertTrue(
                log.all().get(0).startsWith("ERROR ") && log.all().get(0).endsWith("the bridge cannot go on, and ends"),
                log.all()::toString);
    }

    @Test
    void a_client_that_can_never_go_on_ends_the_process_once_and_says_why() {
        connect();
        loop.advance(Duration.ofSeconds(2));
        client.hasGivenUp = true;
        client.lastFailure = "fenced";
        loop.advance(Duration.ofMinutes(1));
        assertEquals(1, exits.get());
        assertEquals(
                List.of(
                        ANSWERS,
                        "ERROR Kafka at kafka:9092 does not answer: fenced; the bridge cannot go on, and ends"),
                log.all());
    }

    @Test
    void without_a_connection_nothing_else_is_to_blame() {
        client.lastFailure = "it describes no topic KAFKA_TOPIC=points: does it exist?";
        loop.advance(Duration.ofMinutes(1));
        assertEquals(
                List.of("WARN Kafka at kafka:9092 does not answer; nothing is acknowledged until it does"), log.all());
    }
}
