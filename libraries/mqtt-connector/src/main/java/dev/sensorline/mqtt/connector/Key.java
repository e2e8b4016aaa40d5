package dev.sensorline.mqtt.connector;

import java.time.Duration;
import java.util.Optional;

import org.eclipse.microprofile.config.Config;

import dev.sensorline.application.Settings.LengthOfTime;

/**
 * A key of a channel's configuration.
 *
 * @param type         what its value is converted to
 * @param defaultValue its value if it is not set; null if there is none
 * @param meaning      its description, with the default if that is no fixed value
 */
record Key<T>(String name, Class<T> type, T defaultValue, String meaning) {

    /** The value that is set. */
    Optional<T> find(Config channel) {
        return type == Duration.class
                // As settings are read, not as MicroProfile Config does: 0.05 is a duration, too.
                ? channel.getOptionalValue(name, String.class)
                        .map(new LengthOfTime()::convert)
                        .map(type::cast)
                : channel.getOptionalValue(name, type);
    }

    /** The value that is set, or else the default. */
    T in(Config channel) {
        return find(channel).orElse(defaultValue);
    }
}
