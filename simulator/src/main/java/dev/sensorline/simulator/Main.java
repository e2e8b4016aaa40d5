package dev.sensorline.simulator;

import dev.sensorline.configuration.StartFailure;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Runs a sensor until it is told to end, or has published all it was asked for. */
@QuarkusMain
public final class Main {

    private Main() {
    }

    public static void main(String... arguments) {
        Quarkus.run(null, new StartFailure(SimulatorConfig::variableOf)::exit, arguments);
    }
}
