package dev.sensorline.simulator;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SensorTypeSettingTest {

    @ParameterizedTest
    @ValueSource(strings = {"humidity", "Temperature", "temp", ""})
    void an_unknown_type_is_refused_with_a_list_of_the_types(String type) {
        String message = assertThrows(IllegalArgumentException.class, () -> new SimulatorConfig.Type().convert(type))
                .getMessage();
        for (String known : List.of("temperature", "pressure", "current", "acceleration")) {
            assertTrue(message.contains(known), message);
        }
    }
}
