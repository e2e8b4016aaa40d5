package dev.sensorline.simulator;

import dev.sensorline.application.StartFailure;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Runs a sensor until it is told to end, or has published all it was asked for. */
@QuarkusMain
public final class Main {

    public static void main(String... arguments) {
        // Netty's arenas and caches are for many buffers at once; a sensor has one, and starts with 0.4 MB less.
        System.setProperty("io.netty.allocator.smallCacheSize", "0");
        System.setProperty("io.netty.allocator.normalCacheSize", "0");
        System.setProperty("io.netty.allocator.numHeapArenas", "1");
        System.setProperty("io.netty.allocator.numDirectArenas", "1");
        new StartFailure("sim", SimulatorConfig::variableOf).run(arguments);
    }
}
