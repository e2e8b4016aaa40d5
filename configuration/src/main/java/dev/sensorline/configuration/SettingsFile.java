package dev.sensorline.configuration;

import java.nio.file.Path;

import io.smallrye.config.PropertiesConfigSourceLoader;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;

/**
 * Settings from {@code config/application.properties} in the working directory, as Quarkus itself reads them unless it
 * is told to look at the variables and system properties only.
 */
public final class SettingsFile implements SmallRyeConfigBuilderCustomizer {

    /** As in Quarkus: below the variables, above what is built in. */
    private static final int ORDINAL = 260;

    private final Path directory;

    public SettingsFile() {
        this(Path.of(""));
    }

    SettingsFile(Path directory) {
        this.directory = directory;
    }

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        String file = directory.resolve("config").resolve("application.properties").toUri().toString();
        builder.withSources(PropertiesConfigSourceLoader.inFileSystem(file, ORDINAL, builder.getClassLoader()));
    }
}
