package dev.sensorline.ingestor.wiring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.util.TypeLiteral;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.ingestor.health.PartMetrics;
import dev.sensorline.ingestor.settings.Configured;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;

/** Which parts each role asks for. Those of other roles must not even be made, as they would connect to their servers. */
class RoleWiringTest {

    /** What has been asked for; the first thing ends the method that asks. */
    private final List<String> asked = new ArrayList<>();

    private static final class Asked extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    /** A part that cannot be had. */
    private <T> Instance<T> part(String name) {
        return new Instance<>() {

            @Override
            public T get() {
                asked.add(name);
                throw new Asked();
            }

            @Override
            public Instance<T> select(Annotation... qualifiers) {
                throw new UnsupportedOperationException();
            }

            @Override
            public <U extends T> Instance<U> select(Class<U> type, Annotation... qualifiers) {
                throw new UnsupportedOperationException();
            }

            @Override
            public <U extends T> Instance<U> select(TypeLiteral<U> type, Annotation... qualifiers) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean isUnsatisfied() {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean isAmbiguous() {
                throw new UnsupportedOperationException();
            }

            @Override
            public void destroy(T instance) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Handle<T> getHandle() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Iterable<? extends Handle<T>> handles() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Iterator<T> iterator() {
                throw new UnsupportedOperationException();
            }
        };
    }

    private static RoleWiring wiring(String role) {
        return new RoleWiring(Configured.config(Map.of("INGESTOR_ROLE", role)));
    }

    private String firstAsked(Runnable method) {
        asked.clear();
        try {
            method.run();
        } catch (Asked e) {
            return asked.get(0);
        }
        return "none";
    }

    @ParameterizedTest
    @CsvSource({"whole,influxdb", "bridge,kafka"})
    void readings_go_to_the_destination_of_the_role(String role, String destination) {
        assertEquals(
                destination,
                firstAsked(() -> wiring(role)
                        .readings(
                                null,
                                null,
                                new SimpleMeterRegistry(),
                                part("influxdb"),
                                part("kafka"),
                                null,
                                null,
                                null)));
    }

    @ParameterizedTest
    @CsvSource({"whole,mqtt", "bridge,mqtt", "writer,kafka"})
    void rejections_go_back_to_where_readings_come_from(String role, String destination) {
        assertEquals(
                destination,
                firstAsked(() -> wiring(role).setAside(part("mqtt"), part("kafka"), new SimpleMeterRegistry())));
    }

    @ParameterizedTest
    @CsvSource({"bridge,producer", "writer,consumer"})
    void the_watch_looks_at_the_client_of_the_role(String role, String client) {
        Vertx vertx = Vertx.vertx();
        try {
            assertEquals(
                    client,
                    firstAsked(() -> wiring(role)
                            .kafkaWatch(Configured.config(Map.of()), vertx, part("producer"), part("consumer"))));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @ParameterizedTest
    @CsvSource({"whole,influxdb", "bridge,none", "writer,influxdb"})
    void only_a_role_that_writes_to_influxdb_connects_to_it(String role, String part) {
        assertEquals(part, firstAsked(() -> wiring(role).connect(null, part("influxdb"))));
    }

    @ParameterizedTest
    @CsvSource({"whole,rules", "bridge,rules", "writer,none"})
    void only_a_role_that_reads_mqtt_follows_the_rules(String role, String part) {
        assertEquals(part, firstAsked(() -> wiring(role).followRules(null, part("rules"))));
    }

    @Test
    void the_role_without_kafka_checks_nothing_of_it() {
        wiring("whole").check(null, null, null);
    }

    @Test
    void a_writer_shows_its_store_first_and_nothing_of_mqtt() {
        PartMetrics metrics = new PartMetrics(new SimpleMeterRegistry());
        assertEquals(
                "influxdb",
                firstAsked(() -> wiring("writer")
                        .show(null, metrics, null, null, null, part("influxdb"), part("kafka"), part("lag"))));
    }
}
