package dev.sensorline.console;

import dev.sensorline.application.StartFailure;
import dev.sensorline.console.settings.Variables;
import dev.sensorline.rulesettings.Environment;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Runs the console until the process is asked to end. */
@QuarkusMain
public final class Main {

    public static void main(String... arguments) {
        Environment environment = new Environment(Variables::of);
        new StartFailure("console", environment::nameOf).run(arguments);
    }
}
