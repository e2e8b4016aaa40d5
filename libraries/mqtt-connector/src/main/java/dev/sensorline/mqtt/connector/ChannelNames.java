package dev.sensorline.mqtt.connector;

import static org.eclipse.microprofile.reactive.messaging.spi.ConnectorFactory.INCOMING_PREFIX;
import static org.eclipse.microprofile.reactive.messaging.spi.ConnectorFactory.OUTGOING_PREFIX;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import jakarta.annotation.Priority;

import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.ImageMode;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;

/**
 * Leaves the names of channels' keys out of the list of all names, except {@code connector}, by which channels are found. For each
 * name of a channel, SmallRye Reactive Messaging (4.33, {@code ConfiguredChannelFactory.extractConfigurationFor}) compares all names
 * with a text that it makes anew each time, which took a third of the memory that a start of the ingestor allocates. The values stay:
 * this connector asks for each of its keys.
 * <p>
 * Enabled channels of other connectors keep their names, because Kafka's clients are given all that are listed. It is so only in a
 * native executable, whose start it is for: on the JVM the same names serve the build of an application, which records settings by
 * their names, and its static initialisation.
 */
@Priority(Priorities.LIBRARY)
public final class ChannelNames implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final String CONNECTOR = ".connector";

    @SuppressWarnings("serial") // Nobody serializes it.
    private final BooleanSupplier isNative;

    public ChannelNames() {
        // Asked anew each time: the executable's heap may hold an instance of its build.
        this(() -> ImageMode.current() == ImageMode.NATIVE_RUN);
    }

    ChannelNames(BooleanSupplier isNative) {
        this.isNative = isNative;
    }

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        return context.proceed(name);
    }

    @Override
    public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
        if (!isNative.getAsBoolean()) {
            return context.iterateNames();
        }
        List<String> listed = new ArrayList<>();
        Map<String, Boolean> complete = new HashMap<>();
        for (Iterator<String> names = context.iterateNames(); names.hasNext(); ) {
            String name = names.next();
            int end = endOfChannel(name);
            if (end < 0
                    || name.startsWith(CONNECTOR, end)
                    || complete.computeIfAbsent(name.substring(0, end), channel -> isComplete(context, channel))) {
                listed.add(name);
            }
        }
        return listed.iterator();
    }

    /** Where the name of a channel ends; -1 if the property is not of a channel. */
    private static int endOfChannel(String name) {
        if (!name.startsWith(INCOMING_PREFIX) && !name.startsWith(OUTGOING_PREFIX)) {
            return -1;
        }
        int start = INCOMING_PREFIX.length();
        // A name with dots is in quotes.
        return name.startsWith("\"", start) ? name.indexOf('"', start + 1) + 1 : name.indexOf('.', start);
    }

    /** Whether all names of a channel are listed. */
    private static boolean isComplete(ConfigSourceInterceptorContext context, String channel) {
        return !MqttConnector.NAME.equals(value(context, channel + CONNECTOR))
                && !"false".equals(value(context, channel + ".enabled"));
    }

    private static @Nullable String value(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        return value == null ? null : value.getValue();
    }
}
