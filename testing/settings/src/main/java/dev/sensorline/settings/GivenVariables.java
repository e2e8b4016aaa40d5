package dev.sensorline.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.eclipse.microprofile.config.spi.ConfigSource;

import dev.sensorline.application.StartFailure;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

/**
 * What a service reads from given variables at its start, within this process: its mapping, its application.properties, and no
 * variable of the environment.
 */
public final class GivenVariables {

    private final StartFailure failure;
    private final Class<?> mapping;
    private final Class<?>[] others;

    public GivenVariables(Class<?> mapping, StartFailure failure) {
        this(failure, mapping);
    }

    /** @param mapping in the module that has the application.properties; others are read as well */
    public GivenVariables(StartFailure failure, Class<?> mapping, Class<?>... others) {
        this.failure = failure;
        this.mapping = mapping;
        this.others = others;
    }

    /** The configuration with these variables, by their names. */
    public SmallRyeConfig read(Map<String, String> variables) {
        return read(source(variables));
    }

    private static ConfigSource source(Map<String, String> variables) {
        return new EnvConfigSource(variables, EnvConfigSource.ORDINAL);
    }

    /** The configuration with settings from elsewhere, a file for example. */
    public SmallRyeConfig read(ConfigSource settings) {
        try {
            SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                    .addDefaultInterceptors()
                    .addDiscoveredInterceptors()
                    .withMapping(mapping)
                    .withSources(
                            settings, new PropertiesConfigSource(mapping.getResource("/application.properties"), 100));
            for (Class<?> other : others) {
                builder.withMapping(other);
            }
            return builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What the service says as it refuses these variables; nothing when it takes them.
     *
     * @param checks what the service does with its configuration before it starts
     */
    public List<String> refusal(Map<String, String> variables, Consumer<SmallRyeConfig> checks) {
        return refusal(source(variables), checks);
    }

    /** What the service says as it refuses settings from elsewhere; nothing when it takes them. */
    public List<String> refusal(ConfigSource settings, Consumer<SmallRyeConfig> checks) {
        try {
            checks.accept(read(settings));
            return List.of();
        } catch (RuntimeException e) {
            List<String> lines = failure.lines(e);
            if (lines.isEmpty()) {
                throw e;
            }
            return lines;
        }
    }
}
