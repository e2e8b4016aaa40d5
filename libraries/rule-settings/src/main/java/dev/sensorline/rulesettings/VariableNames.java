package dev.sensorline.rulesettings;

import java.util.Locale;
import java.util.Set;

/**
 * How a service names the variables of its settings: those of some parts begin with the name of the part, {@code MQTT_HOST} for
 * {@code ingestor.mqtt.host}, all others with that of the service, {@code INGESTOR_ROLE}.
 *
 * @param prefix what the names of the service's properties begin with, {@code ingestor.}
 * @param parts  the parts whose variables begin with their own names
 */
public record VariableNames(String prefix, Set<String> parts) {

    /** Whether it is a property of the service. */
    public boolean isOwn(String property) {
        return property.startsWith(prefix);
    }

    /** The variable that sets a property. */
    public String of(String property) {
        String whole = property.endsWith("]") ? property.substring(0, property.lastIndexOf('[')) : property;
        return upperCase(hasPlainName(whole) ? whole.substring(prefix.length()) : whole);
    }

    private boolean hasPlainName(String property) {
        int end = property.indexOf('.', prefix.length());
        return isOwn(property) && end > 0 && parts.contains(property.substring(prefix.length(), end));
    }

    private static String upperCase(String property) {
        return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
