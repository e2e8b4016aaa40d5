package dev.sensorline.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.fleet.waveform.SensorType;

class PayloadFormatTest {

    @Test
    void the_format_value_is_the_number_alone() {
        assertEquals("25.5", text("value", "T1"));
    }

    @Test
    void the_format_json_has_type_name_value_and_time() {
        assertEquals(
                "{\"type\": \"temp\", \"name\": \"T1\", \"value\": 25.5, \"time\": 1700000000123}", text("json", "T1"));
    }

    @Test
    void json_escapes_any_name() throws Exception {
        String name = "a \"b\" \\ ü 🌡 \t\u0001";
        JsonNode read = new ObjectMapper().readTree(text("json", name));
        assertEquals(name, read.get("name").textValue());
    }

    private static String text(String format, String name) {
        return new String(
                new SimulatorConfig.Format()
                        .convert(format)
                        .payload(SensorType.TEMPERATURE, name, "25.5", 1_700_000_000_123L),
                UTF_8);
    }
}
