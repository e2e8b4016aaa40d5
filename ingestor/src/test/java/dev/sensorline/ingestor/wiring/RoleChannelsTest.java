package dev.sensorline.ingestor.wiring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

/** Which channels of application.properties are enabled in which role. */
class RoleChannelsTest {

    static SmallRyeConfig config(Map<String, String> variables) {
        try {
            SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                    .addDefaultInterceptors()
                    .addDiscoveredInterceptors()
                    .withSources(
                            new PropertiesConfigSource(variables, "variables", 300),
                            new PropertiesConfigSource(
                                    RoleChannelsTest.class.getResource("/application.properties"), 250));
            new RoleChannels().configBuilder(builder);
            return builder.build();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The channels that application.properties configures, each as incoming.name or outgoing.name. */
    private static Set<String> configured(SmallRyeConfig config) {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> name.matches("mp\\.messaging\\.(incoming|outgoing)\\..*\\.connector"))
                .map(name -> name.replaceAll("mp\\.messaging\\.(.*)\\.connector", "$1"))
                .collect(Collectors.toSet());
    }

    /** Of those, the ones that the role has. */
    static Set<String> enabled(SmallRyeConfig config) {
        return configured(config).stream()
                .filter(channel -> config.getValue("mp.messaging." + channel + ".enabled", Boolean.class))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({
        "whole,incoming.readings outgoing.rejected outgoing.commands outgoing.status",
        "bridge,incoming.readings outgoing.rejected outgoing.commands outgoing.status outgoing.forwarded",
        "writer,incoming.records outgoing.rejected-records"
    })
    void a_role_has_its_channels_enabled_and_no_others(String role, String channels) {
        assertEquals(Set.of(channels.split(" ")), enabled(config(Map.of("INGESTOR_ROLE", role))));
    }

    @Test
    void without_a_role_it_is_whole() {
        assertEquals(
                Set.of("incoming.readings", "outgoing.rejected", "outgoing.commands", "outgoing.status"),
                enabled(config(Map.of())));
    }

    @ParameterizedTest
    @CsvSource({
        "whole,,10s,true",
        "whole,,0,false",
        "bridge,,0s,false",
        "writer,,10s,false",
        "writer,broker,10s,true",
        "writer,broker,0,false"
    })
    void the_status_has_a_channel_where_there_is_a_broker_and_a_period(
            String role, String host, String period, boolean isEnabled) {
        Map<String, String> variables = new HashMap<>(Map.of("INGESTOR_ROLE", role, "INGESTOR_STATUS_PERIOD", period));
        if (host != null) {
            variables.put("MQTT_HOST", host);
        }
        assertEquals(isEnabled, enabled(config(variables)).contains("outgoing.status"));
    }

    @ParameterizedTest
    @CsvSource({
        "whole,own,x-rejected,true",
        "whole,shared,x,false",
        "bridge,own,x-rejected,true",
        "bridge,shared,x,false",
        "writer,own,x-writer,true"
    })
    void the_status_leaves_by_the_connection_of_rejected_readings_or_by_one_that_is_no_bridges(
            String role, String connection, String clientId, boolean isClean) {
        SmallRyeConfig config = config(Map.of(
                "INGESTOR_ROLE", role,
                "ingestor.role", role,
                "MQTT_CLIENT_ID", "x",
                "ingestor.mqtt.rejected-connection", connection));
        assertEquals(clientId, config.getValue("mp.messaging.outgoing.status.client-id", String.class));
        assertEquals(isClean, config.getValue("mp.messaging.outgoing.status.auto-clean-session", Boolean.class));
    }

    @Test
    void a_role_that_does_not_exist_has_no_channels() {
        assertEquals(Set.of(), enabled(config(Map.of("INGESTOR_ROLE", "both"))));
    }

    @Test
    void each_channel_that_is_configured_belongs_to_a_role() {
        SmallRyeConfig config = config(Map.of());
        for (String channel : configured(config)) {
            config.getValue("mp.messaging." + channel + ".enabled", Boolean.class);
        }
        assertEquals(7, configured(config).size());
    }
}
