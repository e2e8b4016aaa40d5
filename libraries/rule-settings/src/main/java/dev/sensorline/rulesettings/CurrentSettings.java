package dev.sensorline.rulesettings;

import dev.sensorline.application.SettingsFile;
import dev.sensorline.application.VerbatimSecrets;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.DotEnvConfigSourceProvider;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SysPropConfigSource;

/**
 * The settings as variables and files have them now, beside those that a running application has read at its start, and without
 * one. Nothing is started.
 */
public final class CurrentSettings {

    private CurrentSettings() {}

    /**
     * Reads them from the sources that Quarkus reads them from.
     *
     * @param variables names the service's variables
     * @param mappings  what is read
     * @throws RuntimeException if they are wrong: {@link dev.sensorline.application.StartFailure#lines} says what to tell
     */
    public static SmallRyeConfig read(ConfigSourceInterceptor variables, Class<?>... mappings) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(new VerbatimSecrets(), variables)
                .withSources(new SysPropConfigSource(), new EnvConfigSource(System.getenv(), EnvConfigSource.ORDINAL))
                .withSources(new DotEnvConfigSourceProvider())
                .withCustomizers(new SettingsFile());
        for (Class<?> mapping : mappings) {
            builder.withMapping(mapping);
        }
        return builder.build();
    }
}
