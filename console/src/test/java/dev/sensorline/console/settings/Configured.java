package dev.sensorline.console.settings;

import java.util.Map;

import dev.sensorline.application.StartFailure;
import dev.sensorline.settings.GivenVariables;

/** The console's configuration as it is read from variables. */
public final class Configured {

    static final GivenVariables VARIABLES =
            new GivenVariables(new StartFailure("console", Variables::of), ConsoleConfig.class, RuleTexts.class);

    private Configured() {}

    /** The settings that these variables make. */
    public static ConsoleConfig config(Map<String, String> variables) {
        return VARIABLES.read(variables).getConfigMapping(ConsoleConfig.class);
    }
}
