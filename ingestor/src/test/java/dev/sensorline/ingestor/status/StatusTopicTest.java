package dev.sensorline.ingestor.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The topic of the status. */
class StatusTopicTest {

    @ParameterizedTest
    @CsvSource({
        "sensorline-ingestor,sensorline-ingestor",
        "a b ü 😀,a b ü 😀",
        "plant/1/ingestor,plant%2F1%2Fingestor",
        "a+b#c,a%2Bb%23c",
        "a%2Fb,a%252Fb"
    })
    void a_client_id_is_one_level_and_what_cannot_be_in_one_is_percent_encoded(String clientId, String level) {
        assertEquals(Optional.of("own/status/" + level), StatusTopic.of("own", clientId));
    }

    @Test
    void a_client_id_that_makes_it_too_long_for_mqtt_has_none() {
        assertEquals(Optional.empty(), StatusTopic.of("own", "/".repeat(65_000)));
    }
}
