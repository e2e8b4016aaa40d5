package dev.sensorline.mqtt.connector;

import java.util.HashMap;
import java.util.Map;

import org.eclipse.microprofile.config.Config;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;

import io.smallrye.reactive.messaging.providers.impl.ConcurrencyConnectorConfig;
import io.smallrye.reactive.messaging.providers.impl.ConfiguredChannelFactory;
import io.smallrye.reactive.messaging.providers.impl.ConnectorConfig;

/**
 * A GraalVM substitution that finds the channels of the configuration with less work: SmallRye Reactive Messaging (4.33) makes the
 * configuration of a channel anew for each of its keys, and each time compares all names of settings with a text that it makes anew. That
 * took an eighth of the start of the ingestor's executable. It has no effect on the JVM. What an upgrade must look at: docs/internals.md.
 */
final class NativeChannels {

    private NativeChannels() {}

    @TargetClass(ConfiguredChannelFactory.class)
    static final class Factory {

        private Factory() {}

        @Substitute
        static Map<String, ConnectorConfig> extractConfigurationFor(String prefix, Config root) {
            return channels(prefix, root);
        }
    }

    /** The configuration of a channel. */
    private static final class Channel extends ConnectorConfig {

        private Channel(String prefix, Config root, String name) {
            super(prefix, root, name);
        }
    }

    /**
     * The channels by name.
     *
     * @param prefix that of incoming or outgoing channels, with a dot at its end
     */
    static Map<String, ConnectorConfig> channels(String prefix, Config root) {
        Map<String, ConnectorConfig> channels = new HashMap<>();
        for (String key : root.getPropertyNames()) {
            if (key.startsWith(prefix)) {
                String name = name(key.substring(prefix.length()));
                if (!channels.containsKey(name) && !isCopy(name, root)) {
                    channels.put(name, new Channel(prefix, root, name));
                }
            }
        }
        return channels;
    }

    /** A name with dots is in quotation marks. */
    private static String name(String key) {
        if (key.charAt(0) == '"') {
            return key.substring(1, key.lastIndexOf('"'));
        }
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    /** Whether the settings are those of one of several equal channels, such as {@code readings$1}. */
    private static boolean isCopy(String name, Config root) {
        return ConcurrencyConnectorConfig.isConcurrencyChannelName(name)
                && ConcurrencyConnectorConfig.getConcurrency(
                                ConcurrencyConnectorConfig.stripChannelNameOfSeparator(name), root)
                        .isPresent();
    }
}
