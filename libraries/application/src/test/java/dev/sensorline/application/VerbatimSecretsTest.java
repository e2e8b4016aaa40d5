package dev.sensorline.application;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

class VerbatimSecretsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "pa$$w0rd",
                "a${b}c",
                "x${",
                "${HOME}",
                "a\\$b",
                "a\\\\$${b:c}",
                "$",
                "${:}",
                "}{$",
                " a "
            })
    void a_secret_is_what_the_variable_says(String secret) {
        Map<String, String> variables = Map.of("MQTT_PASSWORD", secret, "SIM_PASSWORD", secret, "INFLUX_TOKEN", secret);
        assertEquals(secret, settings(variables).getValue("mqtt.password", String.class));
        assertEquals(secret, settings(variables).getValue("INFLUX_TOKEN", String.class));
        assertEquals(secret, settings(variables).getValue("sim.password", String.class));
    }

    @Test
    void a_secret_that_is_not_set_is_none() {
        assertEquals(Optional.empty(), settings(Map.of()).getOptionalValue("mqtt.password", String.class));
        assertEquals(Optional.empty(), settings(Map.of()).getOptionalValue("sim.password", String.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://me:pa$$w0rd@host", "me:a${b}c@host:1", "http://${HOME}@host"})
    void a_url_with_a_user_is_what_the_variable_says(String url) {
        Map<String, String> variables = Map.of("INFLUX_URL", url, "HTTPS_PROXY", url);
        assertEquals(url, settings(variables).getValue("influx.url", String.class));
        assertEquals(url, settings(variables).getValue("https.proxy", String.class));
    }

    @Test
    void a_url_without_a_user_may_be_an_expression() {
        Map<String, String> variables = Map.of("INFLUX_URL", "http://${HOST}:8086", "HOST", "a");
        assertEquals("http://a:8086", settings(variables).getValue("influx.url", String.class));
    }

    @Test
    void everything_else_may_be_an_expression() {
        assertEquals(
                "TEMP-a",
                settings(Map.of("SIM_NAME", "TEMP-${HOST}", "HOST", "a")).getValue("sim.name", String.class));
    }

    private static SmallRyeConfig settings(Map<String, String> variables) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredInterceptors()
                .withSources(new EnvConfigSource(variables, EnvConfigSource.ORDINAL))
                .build();
    }
}
