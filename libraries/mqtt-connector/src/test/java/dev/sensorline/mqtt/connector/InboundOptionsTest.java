package dev.sensorline.mqtt.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.smallrye.config.SmallRyeConfigBuilder;

class InboundOptionsTest {

    @ParameterizedTest
    @CsvSource({"strict,STRICT", "relaxed,RELAXED"})
    void the_order_of_acknowledgements_is_a_word_in_lower_case(String value, AcknowledgementOrder order) {
        assertEquals(order, options("acknowledgement-order", value).acknowledgementOrder());
    }

    /** As the settings of the services: what is allowed there must be allowed here. */
    @ParameterizedTest
    @CsvSource({"0.05,PT0.05S", "1,PT1S", "90ms,PT0.09S", "2s,PT2S", "1m,PT1M", "PT0.5S,PT0.5S"})
    void the_age_of_a_batch_is_seconds_or_a_duration(String value, Duration age) {
        assertEquals(age, options("batch-age", value).batchAge());
    }

    private static InboundOptions options(String key, String value) {
        return InboundOptions.of(
                "readings",
                new SmallRyeConfigBuilder().withDefaultValue(key, value).build(),
                Optional.empty());
    }
}
