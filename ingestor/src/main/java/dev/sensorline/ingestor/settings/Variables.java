package dev.sensorline.ingestor.settings;

import java.util.Set;

import jakarta.annotation.Priority;

import org.jspecify.annotations.Nullable;

import dev.sensorline.rulesettings.RuleSet;
import dev.sensorline.rulesettings.VariableNames;
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

    private static final VariableNames NAMES = new VariableNames(
            "ingestor.", Set.of("mqtt", "influx", "kafka", "http", "https", "log", "no", "sensorline"));

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue own = context.proceed(name);
        boolean isSet = own != null && own.getConfigSourceOrdinal() != DefaultValuesConfigSource.ORDINAL;
        if (isSet || !NAMES.isOwn(name) || RuleSet.isOfRule(name)) {
            return own;
        }
        ConfigValue variable = context.proceed(of(name));
        return variable == null ? own : variable.withName(name);
    }

    /** The variable that sets a property. */
    public static String of(String property) {
        return NAMES.of(property);
    }
}
