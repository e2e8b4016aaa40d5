package dev.sensorline.application;

import java.nio.file.Files;
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
        Path file = directory.resolve("config").resolve("application.properties");
        if (Files.isDirectory(file)) {
            // A mount of a file that does not exist. Without its settings a service would run as another one.
            throw new BadConfiguration(
                    "%s: is a directory, must be a file; Docker and Kubernetes make a directory of a mounted file that does not exist"
                            .formatted(file));
        }
        builder.withSources(
                PropertiesConfigSourceLoader.inFileSystem(file.toUri().toString(), ORDINAL, builder.getClassLoader()));
    }
}
