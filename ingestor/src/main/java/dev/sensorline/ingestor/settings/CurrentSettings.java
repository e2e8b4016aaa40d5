package dev.sensorline.ingestor.settings;

import dev.sensorline.application.SettingsFile;
import dev.sensorline.application.VerbatimSecrets;
import io.smallrye.config.DotEnvConfigSourceProvider;
import io.smallrye.config.EnvConfigSource;
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
     * @throws RuntimeException if they are wrong: {@link dev.sensorline.application.StartFailure#lines} says what to tell
     */
    public static IngestorConfig read() {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(new VerbatimSecrets(), new Variables())
                .withSources(new SysPropConfigSource(), new EnvConfigSource(System.getenv(), EnvConfigSource.ORDINAL))
                .withSources(new DotEnvConfigSourceProvider())
                .withCustomizers(new SettingsFile())
                .withMapping(IngestorConfig.class)
                .build()
                .getConfigMapping(IngestorConfig.class);
    }
}
