package dev.sensorline.ingestor.settings;

import java.util.Map;

import org.eclipse.microprofile.config.spi.ConfigSource;

import dev.sensorline.application.StartFailure;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.settings.GivenVariables;
import io.smallrye.config.SmallRyeConfig;

/** What the ingestor reads from variables. */
public final class Configured {

    static final GivenVariables VARIABLES =
            new GivenVariables(IngestorConfig.class, new StartFailure("ingestor", Variables::of));

    private Configured() {}

    /** The settings that these variables make. */
    public static IngestorConfig config(Map<String, String> variables) {
        return VARIABLES.read(variables).getConfigMapping(IngestorConfig.class);
    }

    /** The rules of settings and what is built in. */
    public static Rules rules(ConfigSource settings) {
        return rules(VARIABLES.read(settings));
    }

    static Rules rules(SmallRyeConfig config) {
        return new ConfiguredRules(config.getConfigMapping(IngestorConfig.class), config).rules();
    }
}
