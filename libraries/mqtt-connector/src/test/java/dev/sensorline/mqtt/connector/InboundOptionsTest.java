package dev.sensorline.mqtt.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.smallrye.config.SmallRyeConfigBuilder;

class InboundOptionsTest {

    /** As the settings of the services: what is allowed there must be allowed here. */
    @ParameterizedTest
    @CsvSource({"0.05,PT0.05S", "1,PT1S", "90ms,PT0.09S", "2s,PT2S", "1m,PT1M", "PT0.5S,PT0.5S"})
    void the_age_of_a_batch_is_seconds_or_a_duration(String value, Duration age) {
        assertEquals(
                age,
                InboundOptions.of(
                                "readings",
                                new SmallRyeConfigBuilder()
                                        .withDefaultValue("batch-age", value)
                                        .build(),
                                Optional.empty())
                        .batchAge());
    }
}
