package dev.sensorline.simulator;

import dev.sensorline.application.StartFailure;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Runs the sensor until the process is terminated, or until it has published the configured number of readings. */
@QuarkusMain
public final class Main {

    public static void main(String... arguments) {
        // Netty's arenas and caches are meant for many buffers. A sensor has one, and without them it takes 0.4 MB
        // less.
        System.setProperty("io.netty.allocator.smallCacheSize", "0");
        System.setProperty("io.netty.allocator.normalCacheSize", "0");
        System.setProperty("io.netty.allocator.numHeapArenas", "1");
        System.setProperty("io.netty.allocator.numDirectArenas", "1");
        new StartFailure("sim", SimulatorConfig::variableOf).run(arguments);
    }
}
