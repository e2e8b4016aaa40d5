package dev.sensorline.ingestor.settings;

import java.util.Locale;
import java.util.Set;

import jakarta.annotation.Priority;

import org.jspecify.annotations.Nullable;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.DefaultValuesConfigSource;
import io.smallrye.config.Priorities;

/**
 * Lets variables set the properties of {@link IngestorConfig} without its prefix: MQTT_HOST sets {@code ingestor.mqtt.host}. A
 * property that is set itself, in a file for example, counts before its variable.
 */
@Priority(Priorities.LIBRARY
        + 290) // After SmallRye Config's ExpressionConfigSourceInterceptor, which has 300 and expands what is found.
public final class Variables implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final String PREFIX = "ingestor.";
    private static final String RULES = PREFIX + "rules.";
    /** Parts of the settings whose variables begin with their own names. */
    private static final Set<String> PARTS =
            Set.of("mqtt", "influx", "kafka", "http", "https", "log", "no", "sensorline");

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue own = context.proceed(name);
        boolean isSet = own != null && own.getConfigSourceOrdinal() != DefaultValuesConfigSource.ORDINAL;
        if (isSet || !name.startsWith(PREFIX) || isOfRule(name)) {
            return own;
        }
        ConfigValue variable = context.proceed(of(name));
        return variable == null ? own : variable.withName(name);
    }

    /** The variable that sets a property. */
    public static String of(String property) {
        String whole = property.endsWith("]") ? property.substring(0, property.lastIndexOf('[')) : property;
        return upperCase(hasPlainName(whole) ? whole.substring(PREFIX.length()) : whole);
    }

    /** Whether it is a property of a rule, which SmallRye Config finds by its variable itself. */
    static boolean isOfRule(String property) {
        return property.startsWith(RULES);
    }

    private static boolean hasPlainName(String property) {
        int end = property.indexOf('.', PREFIX.length());
        return property.startsWith(PREFIX) && end > 0 && PARTS.contains(property.substring(PREFIX.length(), end));
    }

    private static String upperCase(String property) {
        return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
