package dev.sensorline.ingestor.wiring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.application.ShutdownLimits;
import io.smallrye.config.SmallRyeConfig;

/** The limits of all that a shutdown waits for, together. */
class ShutdownLimitsTest {

    private static final Duration DOCKER_KILLS_AFTER = Duration.ofSeconds(10);
    private static final Duration MARGIN = Duration.ofSeconds(1);

    @ParameterizedTest
    @ValueSource(strings = {"whole", "bridge", "writer"})
    void they_end_a_second_before_docker_stop_kills(String role) {
        SmallRyeConfig config = RoleChannelsTest.config(Map.of("INGESTOR_ROLE", role));
        List<String> connectors = RoleChannelsTest.enabled(config).stream()
                .map(channel -> config.getRawValue("mp.messaging." + channel + ".connector"))
                .toList();
        Duration sum = ShutdownLimits.DRAIN.plus(ShutdownLimits.LAST_LINES);
        if (connectors.contains("sensorline-mqtt")) {
            sum = sum.plus(ShutdownLimits.DISCONNECT); // All sessions at once.
        }
        long kafkaClients = connectors.stream().filter("smallrye-kafka"::equals).count();
        sum = sum.plus(ShutdownLimits.KAFKA_CLIENT.multipliedBy(kafkaClients));
        assertTrue(sum.plus(MARGIN).compareTo(DOCKER_KILLS_AFTER) <= 0, role + " ends within " + sum);
    }

    @ParameterizedTest
    @ValueSource(strings = {"incoming.records", "outgoing.forwarded", "outgoing.rejected-records"})
    void a_client_of_kafkas_has_half_of_its_limit_because_the_connector_waits_twice_as_long(String channel) {
        assertEquals(
                ShutdownLimits.KAFKA_CLIENT.dividedBy(2).toMillis(),
                RoleChannelsTest.config(Map.of()).getValue("mp.messaging." + channel + ".close-timeout", Long.class));
    }
}
