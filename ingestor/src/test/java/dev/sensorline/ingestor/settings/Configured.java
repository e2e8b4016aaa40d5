package dev.sensorline.ingestor.settings;

import java.util.Map;
import java.util.Set;

import org.eclipse.microprofile.config.spi.ConfigSource;

import dev.sensorline.application.StartFailure;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.rulesettings.Environment;
import dev.sensorline.rulesettings.RuleSet;
import dev.sensorline.settings.GivenVariables;
import io.smallrye.config.SmallRyeConfig;

/** The ingestor's configuration as it is read from variables. */
public final class Configured {

    static final GivenVariables VARIABLES =
            new GivenVariables(IngestorConfig.class, new StartFailure("ingestor", Variables::of));

    private Configured() {}

    /** The settings that these variables make. */
    public static IngestorConfig config(Map<String, String> variables) {
        return VARIABLES.read(variables).getConfigMapping(IngestorConfig.class);
    }

    /** The rules of settings, which messages name as in a file. */
    public static RuleSet ruleSet(IngestorConfig config) {
        return ConfiguredRules.of(config, noVariables());
    }

    /** The configured rules together with the built-in ones. */
    public static Rules rules(ConfigSource settings) {
        return rules(VARIABLES.read(settings));
    }

    static Rules rules(SmallRyeConfig config) {
        return rules(config, noVariables());
    }

    static Rules rules(SmallRyeConfig config, Environment environment) {
        return new ConfiguredRules(config.getConfigMapping(IngestorConfig.class), environment)
                .rules()
                .rules();
    }

    private static Environment noVariables() {
        return new Environment(Set.of(), Variables::of);
    }
}
