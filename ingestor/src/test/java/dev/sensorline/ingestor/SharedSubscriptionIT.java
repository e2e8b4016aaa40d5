package dev.sensorline.ingestor;

import static dev.sensorline.ingestor.Ingestion.LIMIT;
import static dev.sensorline.ingestor.Ingestion.reportRecovery;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.Feature;
import dev.sensorline.servers.StoreSettings;
import dev.sensorline.servers.StoredPoint;
import dev.sensorline.servers.junit.Needs;

/** Several ingestors that share a subscription write each reading once and lose none. */
@Execution(ExecutionMode.CONCURRENT)
class SharedSubscriptionIT {

    private static final int WINDOW = 20;

    private static Ingestion servers() {
        return Ingestion.servers(BrokerSettings.defaults().withMaxInflight(WINDOW), StoreSettings.defaults());
    }

    private static long written(List<SharedSubscriber> members) {
        return members.stream().mapToLong(SharedSubscriber::written).sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    @Needs(Feature.MOSQUITTO)
    void the_readings_of_a_sensor_are_spread_over_the_members_and_each_is_written_once(int count) {
        int readings = 10_000;
        try (Ingestion ingestion = servers()) {
            List<SharedSubscriber> members = SharedSubscriber.start(ingestion, count);
            try {
                ingestion.publish("S", 0, readings, 1);
                ingestion.awaitPoints("S", readings);
                await().atMost(LIMIT).until(() -> members.stream().noneMatch(SharedSubscriber::holdsReadings));
                assertEquals(readings, written(members));
                members.forEach(member -> assertTrue(member.written() > 0, "a member has written nothing"));
                // In the order of their own times, whichever member wrote them.
                assertEquals(
                        DoubleStream.iterate(0, n -> n + 1)
                                .limit(readings)
                                .boxed()
                                .toList(),
                        ingestion.store.points("sensor", "S").stream()
                                .map(StoredPoint::value)
                                .toList());
            } finally {
                members.forEach(SharedSubscriber::close);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    @Tag("faults")
    void members_killed_under_load_and_started_again_under_their_client_ids_cost_no_reading(int count)
            throws Exception {
        try (Ingestion ingestion = servers()) {
            List<SharedSubscriber> members = SharedSubscriber.start(ingestion, count);
            try (Load load = new Load(ingestion)) {
                long ended = 0;
                for (SharedSubscriber member : members) {
                    load.awaitStored(200);
                    member.kill();
                    Ingestion.pause(Duration.ofSeconds(1));
                    ended = System.nanoTime();
                    member.startAgain();
                }
                load.assertNothingIsLost("each of %d members killed".formatted(count), ended);
            } finally {
                members.forEach(SharedSubscriber::close);
            }
        }
    }

    @Test
    @Needs(Feature.MOSQUITTO)
    @Tag("faults")
    void messages_assigned_to_a_dead_member_wait_until_it_is_back() {
        int before = 2_000;
        int after = 2_000;
        try (Ingestion ingestion = servers()) {
            List<SharedSubscriber> members = SharedSubscriber.start(ingestion, 2);
            try (SharedSubscriber alive = members.get(0);
                    SharedSubscriber dead = members.get(1)) {
                ingestion.store.pause();
                ingestion.publish(Load.NAME, 0, before, 1);
                await().atMost(LIMIT).until(() -> alive.holdsReadings() && dead.holdsReadings());
                dead.kill();
                ingestion.store.resume();
                ingestion.publish(Load.NAME, before, after, 1);
                // Members get messages in turn. When this member has written its one of these, it has written all
                // earlier ones.
                ingestion.publish("END", 0, 2, 1);
                ingestion.awaitPoints("END", 1);
                await().atMost(LIMIT).until(() -> !alive.holdsReadings());
                long waiting = before + after + 1 - alive.written();
                // The other member does not get the dead one's share. InfluxDB may have what the dead one was writing.
                assertTrue(waiting > after / 2 && waiting < before + after, "waiting: " + waiting);
                assertTrue(ingestion.points(Load.NAME) <= before + after - waiting + before / 2);
                long start = System.nanoTime();
                dead.startAgain();
                ingestion.awaitPoints(Load.NAME, before + after);
                ingestion.awaitPoints("END", 2);
                await().atMost(LIMIT).until(() -> dead.written() == waiting + 1);
                reportRecovery(
                        "one of two members dead",
                        "%d published, %d of them waiting for it".formatted(before + after, waiting),
                        start);
            }
        }
    }

    /** At a restart Mosquitto keeps sessions but forgets shared subscriptions. */
    @Test
    void members_go_on_after_the_broker_has_been_restarted() {
        try (Ingestion ingestion = servers()) {
            List<SharedSubscriber> members = SharedSubscriber.start(ingestion, 2);
            try {
                ingestion.publish("BEFORE", 0, 100, 1);
                ingestion.awaitPoints("BEFORE", 100);
                long before = written(members);
                ingestion.broker.stop();
                members.forEach(member -> member.awaitReadiness(503));
                ingestion.broker.restart();
                members.forEach(member -> member.awaitReadiness(200));
                ingestion.publish("AFTER", 0, 100, 1);
                ingestion.awaitPoints("AFTER", 100);
                assertEquals(before + 100, written(members));
            } finally {
                members.forEach(SharedSubscriber::close);
            }
        }
    }
}
