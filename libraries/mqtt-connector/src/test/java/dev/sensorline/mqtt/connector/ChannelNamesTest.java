package dev.sensorline.mqtt.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

class ChannelNamesTest {

    private static SmallRyeConfig config(boolean isNative) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(new ChannelNames(() -> isNative))
                .withSources(new PropertiesConfigSource(
                        Map.ofEntries(
                                Map.entry("mp.messaging.incoming.readings.connector", MqttConnector.NAME),
                                Map.entry("mp.messaging.incoming.readings.qos", "1"),
                                Map.entry("mp.messaging.outgoing.\"with.dots\".connector", MqttConnector.NAME),
                                Map.entry("mp.messaging.outgoing.\"with.dots\".enabled", "true"),
                                Map.entry("mp.messaging.outgoing.\"with.dots\".topic", "a/b"),
                                Map.entry("mp.messaging.outgoing.forwarded.connector", "smallrye-kafka"),
                                Map.entry("mp.messaging.outgoing.forwarded.enabled", "true"),
                                Map.entry("mp.messaging.outgoing.forwarded.acks", "all"),
                                Map.entry("mp.messaging.outgoing.other.connector", "smallrye-kafka"),
                                Map.entry("mp.messaging.outgoing.other.acks", "all"),
                                Map.entry("mp.messaging.incoming.records.connector", "smallrye-kafka"),
                                Map.entry("mp.messaging.incoming.records.enabled", "false"),
                                Map.entry("mp.messaging.incoming.records.batch", "true"),
                                Map.entry("mp.messaging.connector.sensorline-mqtt.host", "localhost"),
                                Map.entry("ingestor.role", "whole")),
                        "settings",
                        250))
                .build();
    }

    private static Set<String> listed(SmallRyeConfig config) {
        Set<String> listed = new TreeSet<>();
        config.getPropertyNames().forEach(name -> {
            if (name.startsWith("mp.") || name.startsWith("ingestor.")) {
                listed.add(name);
            }
        });
        return listed;
    }

    @Test
    void of_a_channel_of_this_connector_or_one_that_is_off_only_the_connector_is_listed() {
        assertEquals("""
                ingestor.role
                mp.messaging.connector.sensorline-mqtt.host
                mp.messaging.incoming.readings.connector
                mp.messaging.incoming.records.connector
                mp.messaging.outgoing."with.dots".connector
                mp.messaging.outgoing.forwarded.acks
                mp.messaging.outgoing.forwarded.connector
                mp.messaging.outgoing.forwarded.enabled
                mp.messaging.outgoing.other.acks
                mp.messaging.outgoing.other.connector
                """, String.join("\n", listed(config(true))) + "\n");
    }

    @Test
    void on_the_jvm_and_while_an_application_is_built_all_names_are_listed() {
        assertEquals(15, listed(config(false)).size());
    }

    @Test
    void what_is_not_listed_has_its_value() {
        SmallRyeConfig config = config(true);
        assertEquals("1", config.getRawValue("mp.messaging.incoming.readings.qos"));
        assertEquals("false", config.getRawValue("mp.messaging.incoming.records.enabled"));
        assertEquals("a/b", config.getRawValue("mp.messaging.outgoing.\"with.dots\".topic"));
    }
}
