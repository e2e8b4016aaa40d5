package dev.sensorline.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

class StartFailureTest {

    private final StartFailure startFailure = new StartFailure(
            "demo", property -> property.toUpperCase(Locale.ROOT).replace('.', '_'));

    @ConfigMapping(prefix = "demo")
    interface Demo {

        @WithDefault("1883")
        @WithConverter(Settings.Port.class)
        int port();

        @WithDefault("localhost")
        @WithConverter(Settings.Host.class)
        String host();
    }

    @ConfigMapping(prefix = "library")
    interface Library {

        @WithDefault("1")
        int port();
    }

    @Test
    void names_each_wrong_variable_its_value_and_what_is_allowed() {
        assertEquals(
                List.of(
                        "DEMO_HOST=a b: must be a host name or an address, without a port",
                        "DEMO_PORT=70000: must be a whole number from 1 to 65535"),
                linesFor(Map.of("demo.port", "70000", "demo.host", "a b")).stream()
                        .sorted()
                        .toList());
    }

    @Test
    void blames_the_setting_and_not_what_refers_to_it() {
        assertEquals(
                List.of("DEMO_PORT=abc: must be a whole number from 1 to 65535"),
                linesFor(Map.of("demo.port", "abc", "library.port", "${demo.port}")));
    }

    @Test
    void names_what_is_wrong_with_a_library_where_no_setting_is() {
        assertEquals(1, linesFor(Map.of("library.port", "abc")).size());
    }

    @Test
    void names_an_empty_variable() {
        assertEquals(
                List.of("DEMO_HOST=: must be a host name or an address, without a port"),
                linesFor(Map.of("demo.host", "")));
    }

    @Test
    void names_what_is_no_setting() {
        assertEquals(
                List.of("demo.hots: must not be set, as there is no such setting"),
                linesFor(Map.of("demo.hots", "localhost")));
    }

    @Test
    void keeps_a_value_with_a_line_feed_on_one_line() {
        assertEquals(
                List.of("DEMO_HOST=a?b: must be a host name or an address, without a port"),
                linesFor(Map.of("demo.host", "a\nb")));
    }

    @Test
    void leaves_other_failures_to_the_log() {
        assertEquals(List.of(), startFailure.lines(new IllegalStateException("something else")));
    }

    private List<String> linesFor(Map<String, String> properties) {
        ConfigValidationException failure = assertThrows(
                ConfigValidationException.class,
                () -> new SmallRyeConfigBuilder()
                        .withSources(new PropertiesConfigSource(properties, "test", 500))
                        .addDefaultInterceptors()
                        .withMapping(Demo.class)
                        .withMapping(Library.class)
                        .build());
        return startFailure.lines(new RuntimeException(failure));
    }
}
