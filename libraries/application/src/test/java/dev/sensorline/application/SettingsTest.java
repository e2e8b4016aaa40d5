package dev.sensorline.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @ParameterizedTest
    @CsvSource({
        "1,PT1S",
        "0.05,PT0.05S",
        ".5,PT0.5S",
        "250ms,PT0.25S",
        "2s,PT2S",
        "1m,PT1M",
        "1.5h,PT1H30M",
        "PT0.5S,PT0.5S",
        "' 2 ',PT2S",
        "0.000001,PT0.000001S"
    })
    void a_period_is_seconds_or_has_a_unit(String value, Duration duration) {
        assertEquals(duration, new Settings.LengthOfTime().convert(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "abc",
                "",
                " ",
                "1x",
                "1e3",
                "PT0S",
                "PT-1S",
                "0ms",
                "99999999999999999999",
                "PT5000000H",
                "8761h",
                "9214646400"
            })
    void a_period_that_is_none_is_refused_with_what_is_allowed(String value) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> new Settings.LengthOfTime().convert(value));
        assertEquals(
                "must be seconds greater than 0 (such as 1 or 0.05) or a duration (such as 250ms, 2s or 1m), at most 365 days",
                refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "70000", "-1", "1.5", "abc", "", "99999999999"})
    void a_port_outside_its_range_is_refused(String value) {
        assertThrows(IllegalArgumentException.class, () -> new Settings.Port().convert(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "tcp://host",
                "host:1883",
                "192.0.2.1:1883",
                "[::1]:1883",
                "[::1]",
                "a\nb",
                "a,b",
                "a@b"
            })
    void a_host_that_is_none_is_refused(String value) {
        assertThrows(IllegalArgumentException.class, () -> new Settings.Host().convert(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "tig_influxdb",
                "broker.example.org.",
                "münchen.example",
                "192.0.2.1",
                "::",
                "::1",
                "fe80::1%eth0",
                "::ffff:192.0.2.1",
                "2001:db8:0:0:0:0:0:1"
            })
    void a_host_is_a_name_or_an_address(String value) {
        assertEquals(value, new Settings.Host().convert(value));
    }

    @Test
    void a_file_that_is_not_named_is_none_and_one_that_is_not_there_is_refused() {
        assertNull(new Settings.ReadableFile().convert(""));
        assertThrows(IllegalArgumentException.class, () -> new Settings.ReadableFile().convert("/nowhere/ca.pem"));
    }
}
