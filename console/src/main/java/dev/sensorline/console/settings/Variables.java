package dev.sensorline.console.settings;

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
 * Lets the variables of the ingestor set the properties of {@link ConsoleConfig}: MQTT_HOST sets {@code console.mqtt.host}. What
 * counts is, in this order, the property itself, the ingestor's property of the same name in a file, and the variable: so the
 * settings file of the ingestor serves the console as it is.
 */
@Priority(Priorities.LIBRARY
        + 290) // After SmallRye Config's ExpressionConfigSourceInterceptor, which has 300 and expands what is found.
public final class Variables implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final String OWN = "console.";
    private static final String INGESTORS = "ingestor.";
    private static final VariableNames NAMES =
            new VariableNames(OWN, Set.of("mqtt", "influx", "http", "https", "log", "sensorline", "grafana"));

    /** How payloads are read, which must be as the ingestor does it: the names are the ingestor's alone. */
    private static final Set<String> OF_DECODING =
            Set.of(OWN + "max-points", OWN + "max-payload-bytes", OWN + "same-time");

    /** Of both services, but never the same: two clients with one id end each other's connections. */
    private static final Set<String> NOT_SHARED = Set.of(
            OWN + "mqtt.client-id",
            OWN + "http.host",
            OWN + "http.port",
            OWN + "https.host",
            OWN + "https.port",
            OWN + "https.certificate-file",
            OWN + "https.key-file",
            OWN + "influx.username",
            OWN + "influx.password",
            OWN + "influx.password-file",
            OWN + "influx.token",
            OWN + "influx.token-file");

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue own = context.proceed(name);
        if (isSet(own) || !NAMES.isOwn(name)) {
            return own;
        }
        ConfigValue ingestors = NOT_SHARED.contains(name) ? null : context.proceed(ingestorsNameOf(name));
        ConfigValue found = isSet(ingestors) ? ingestors : context.proceed(of(name));
        return found == null ? own : found.withName(name);
    }

    private static boolean isSet(@Nullable ConfigValue value) {
        return value != null && value.getConfigSourceOrdinal() != DefaultValuesConfigSource.ORDINAL;
    }

    private static String ingestorsNameOf(String property) {
        return INGESTORS + property.substring(OWN.length());
    }

    /** The variable that sets a property. */
    public static String of(String property) {
        boolean isIngestors = OF_DECODING.contains(property) || RuleSet.isOfRule(property);
        return NAMES.of(isIngestors && NAMES.isOwn(property) ? ingestorsNameOf(property) : property);
    }
}
