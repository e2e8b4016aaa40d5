package dev.sensorline.ingestor.wiring;

import static dev.sensorline.ingestor.settings.IngestorConfig.Role.BRIDGE;
import static dev.sensorline.ingestor.settings.IngestorConfig.Role.WHOLE;
import static dev.sensorline.ingestor.settings.IngestorConfig.Role.WRITER;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

import dev.sensorline.application.Settings;
import dev.sensorline.ingestor.kafka.KafkaSource;
import dev.sensorline.ingestor.kafka.KafkaTopic;
import dev.sensorline.ingestor.mqtt.MqttSource;
import dev.sensorline.ingestor.setaside.KafkaSetAside;
import dev.sensorline.ingestor.setaside.MqttSetAside;
import dev.sensorline.ingestor.settings.IngestorConfig;
import dev.sensorline.ingestor.settings.IngestorConfig.Role;
import dev.sensorline.ingestor.sparkplug.MqttCommands;
import dev.sensorline.ingestor.status.StatusChannel;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;

/**
 * What each role consists of, said by its channels. Enables them and disables all others, so that nothing of a server that a
 * role does not need is started or connected. {@link RoleWiring} does the same for everything that is not a channel.
 */
public final class RoleChannels implements SmallRyeConfigBuilderCustomizer, ConfigSourceFactory {

    private static final Map<Role, Set<String>> CHANNELS = Map.of(
            WHOLE, Set.of(MqttSource.CHANNEL, MqttSetAside.CHANNEL, MqttCommands.CHANNEL, StatusChannel.NAME),
            BRIDGE,
                    Set.of(
                            MqttSource.CHANNEL,
                            MqttSetAside.CHANNEL,
                            MqttCommands.CHANNEL,
                            StatusChannel.NAME,
                            KafkaTopic.CHANNEL),
            WRITER, Set.of(KafkaSource.CHANNEL, KafkaSetAside.CHANNEL, StatusChannel.NAME));

    private static final Set<String> INCOMING = Set.of(MqttSource.CHANNEL, KafkaSource.CHANNEL);

    /** Above application.properties and below the variables. */
    private static final int ORDINAL = 255;

    static Set<String> of(Role role) {
        return CHANNELS.get(role);
    }

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.withSources((ConfigSourceFactory) this);
    }

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        String set = value(context, "ingestor.role");
        String role = set == null ? IngestorConfig.DEFAULT_ROLE : set;
        boolean hasBroker = !role.equals("writer") || value(context, "ingestor.mqtt.host") != null;
        return List.of(new PropertiesConfigSource(
                enabled(role, hasBroker && !isOff(value(context, "ingestor.status-period"))),
                "the channels of the role",
                ORDINAL));
    }

    /** What is set. Sources of defaults, which are those of mappings and of the build, have ordinals below 0. */
    private static @Nullable String value(ConfigSourceContext context, String name) {
        ConfigValue value = context.getValue(name);
        boolean isSet = value != null && value.getConfigSourceOrdinal() >= 0;
        return isSet ? value.getValue() : null;
    }

    private static boolean isOff(@Nullable String period) {
        return period != null
                && Settings.duration(period).filter(Duration.ZERO::equals).isPresent();
    }

    /**
     * No channel is enabled in a role that does not exist, which is refused elsewhere.
     *
     * @param publishesStatus whether the role's channel for the status is enabled, too
     */
    static Map<String, String> enabled(String role, boolean publishesStatus) {
        Map<String, String> enabled = new TreeMap<>();
        CHANNELS.values().forEach(channels -> channels.forEach(channel -> enabled.put(key(channel), "false")));
        CHANNELS.forEach((known, channels) -> {
            if (known.name().toLowerCase(Locale.ROOT).equals(role)) {
                channels.forEach(channel -> enabled.put(key(channel), "true"));
            }
        });
        if (!publishesStatus) {
            enabled.put(key(StatusChannel.NAME), "false");
        }
        return enabled;
    }

    private static String key(String channel) {
        return "mp.messaging.%s.%s.enabled".formatted(INCOMING.contains(channel) ? "incoming" : "outgoing", channel);
    }
}
