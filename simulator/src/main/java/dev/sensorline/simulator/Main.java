package dev.sensorline.simulator;

import dev.sensorline.configuration.StartFailure;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Runs a sensor until it is told to end, or has published all it was asked for. */
@QuarkusMain
public final class Main {

    public static void main(String... arguments) {
        new StartFailure(SimulatorConfig::variableOf).run(arguments);
    }
}
