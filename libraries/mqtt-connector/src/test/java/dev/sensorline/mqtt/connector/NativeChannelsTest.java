package dev.sensorline.mqtt.connector;

import static org.eclipse.microprofile.reactive.messaging.spi.ConnectorFactory.INCOMING_PREFIX;
import static org.eclipse.microprofile.reactive.messaging.spi.ConnectorFactory.OUTGOING_PREFIX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.reactive.messaging.providers.impl.ConfiguredChannelFactory;
import io.smallrye.reactive.messaging.providers.impl.ConnectorConfig;

/** The substitution finds the channels that the method finds which it replaces. */
class NativeChannelsTest {

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("mp.messaging.incoming.readings.connector", MqttConnector.NAME),
            Map.entry("mp.messaging.incoming.readings.qos", "1"),
            Map.entry("mp.messaging.incoming.records.connector", "smallrye-kafka"),
            Map.entry("mp.messaging.incoming.records.enabled", "false"),
            Map.entry("mp.messaging.incoming.several.connector", "smallrye-kafka"),
            Map.entry("mp.messaging.incoming.several.concurrency", "3"),
            Map.entry("mp.messaging.incoming.several$1.topic", "one"),
            Map.entry("mp.messaging.incoming.alone$1.connector", "smallrye-kafka"),
            Map.entry("mp.messaging.outgoing.\"with.dots\".connector", MqttConnector.NAME),
            Map.entry("mp.messaging.outgoing.\"with.dots\".topic", "a/b"),
            Map.entry("mp.messaging.connector.sensorline-mqtt.host", "localhost"),
            Map.entry("ingestor.role", "whole"));

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "settings", 250))
                .build();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ConnectorConfig> replaced(String prefix, Config root)
            throws ReflectiveOperationException {
        Method method =
                ConfiguredChannelFactory.class.getDeclaredMethod("extractConfigurationFor", String.class, Config.class);
        method.setAccessible(true);
        return (Map<String, ConnectorConfig>) method.invoke(null, prefix, root);
    }

    @ParameterizedTest
    @ValueSource(strings = {INCOMING_PREFIX, OUTGOING_PREFIX})
    void the_channels_are_those_of_the_replaced_method(String prefix) throws ReflectiveOperationException {
        SmallRyeConfig config = config(SETTINGS);
        Map<String, ConnectorConfig> expected = replaced(prefix, config);
        Map<String, ConnectorConfig> channels = NativeChannels.channels(prefix, config);
        assertEquals(expected.keySet(), channels.keySet());
        expected.forEach((name, channel) -> {
            Set<String> keys = new TreeSet<>();
            channel.getPropertyNames().forEach(keys::add);
            Set<String> found = new TreeSet<>();
            channels.get(name).getPropertyNames().forEach(found::add);
            assertEquals(keys, found);
            keys.forEach(key -> assertEquals(
                    channel.getOptionalValue(key, String.class),
                    channels.get(name).getOptionalValue(key, String.class)));
        });
    }

    @Test
    void every_kind_of_channel_is_among_them() {
        SmallRyeConfig config = config(SETTINGS);
        assertEquals(
                Set.of("readings", "records", "several", "alone$1"),
                NativeChannels.channels(INCOMING_PREFIX, config).keySet());
        assertEquals(
                Set.of("with.dots"),
                NativeChannels.channels(OUTGOING_PREFIX, config).keySet());
    }

    @Test
    void a_channel_without_a_connector_is_refused_as_before() {
        SmallRyeConfig config = config(Map.of("mp.messaging.incoming.readings.qos", "1"));
        assertThrows(RuntimeException.class, () -> NativeChannels.channels(INCOMING_PREFIX, config));
    }
}
