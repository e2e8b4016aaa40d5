package dev.sensorline.ingestor.settings;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.eclipse.microprofile.config.spi.ConfigSource;

import dev.sensorline.points.rules.Rules;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

/** What the ingestor makes of settings. */
public final class Configured {

    private Configured() {
    }

    /** The rules of settings and what is built in. */
    public static Rules rules(ConfigSource settings) {
        try {
            SmallRyeConfig config = new SmallRyeConfigBuilder().addDefaultInterceptors().withMapping(IngestorConfig.class)
                    .withMappingIgnore("ingestor.https.**") // A mapping of its own.
                    .withSources(settings,
                            new PropertiesConfigSource(Configured.class.getResource("/application.properties"), 100))
                    .build();
            return new ConfiguredRules(config.getConfigMapping(IngestorConfig.class), config).rules();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
