package dev.sensorline.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Measurement;
import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.NamePattern;
import dev.sensorline.fleet.TopicPattern;
import dev.sensorline.fleet.payload.Bytes;
import dev.sensorline.fleet.payload.Encoders;
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

    @ParameterizedTest
    @CsvSource({"json, T{n}, 1", "json, a \"{n}\" \\ {b} }, 3", "json, ü{n}, 3", "json, copy, 3", "value, T, 2"})
    void copies_of_the_sensor_have_its_payloads(String format, String name, int count) {
        PayloadFormat of = new SimulatorConfig.Format().convert(format);
        for (SensorType type : SensorType.values()) {
            NamePattern names = NamePattern.of(name, 1, count);
            Group group = new Group(
                    "g",
                    names,
                    Duration.ofSeconds(1),
                    Duration.ZERO,
                    Optional.empty(),
                    new TopicPattern("t", "g", names),
                    0,
                    false,
                    of.ofFleet(type, names),
                    List.of(new Metric("value", type.waveform(), Metric.SHORTEST)),
                    List.of());
            Measurement reading = new Measurement(1);
            reading.sensor = count - 1;
            reading.time = 1_700_000_000_123_456_789L;
            reading.values[0] = type.waveform().at(7, 3, 0);
            Bytes payload = new Bytes();
            Encoders.of(group).encode(reading, payload);
            assertEquals(
                    of.text(type, names.name(count - 1), type.waveform().text(reading.values[0]), 1_700_000_000_123L),
                    new String(payload.copy(), UTF_8));
        }
    }

    private static String text(String format, String name) {
        return new String(
                new SimulatorConfig.Format()
                        .convert(format)
                        .payload(SensorType.TEMPERATURE, name, "25.5", 1_700_000_000_123L),
                UTF_8);
    }
}
