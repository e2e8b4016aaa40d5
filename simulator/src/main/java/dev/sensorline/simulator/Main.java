package dev.sensorline.simulator;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.sensorline.application.StartFailure;
import dev.sensorline.simulator.verify.VerifyCommand;
import io.quarkus.runtime.annotations.QuarkusMain;

/**
 * Runs the sensor until the process is terminated, or until it has published the configured number of readings; or joins the ledger of a
 * run with what is stored: {@code verify --ledger run.ledger --influx http://localhost:8086}.
 */
@QuarkusMain
public final class Main {

    public static void main(String... arguments) {
        if (arguments.length > 0 && arguments[0].equals("verify")) {
            System.exit(new VerifyCommand(buffered(FileDescriptor.out), buffered(FileDescriptor.err))
                    .run(List.of(arguments).subList(1, arguments.length)));
        }
        // Netty's arenas and caches are meant for many buffers. A sensor has one, and without them it takes 0.4 MB
        // less.
        System.setProperty("io.netty.allocator.smallCacheSize", "0");
        System.setProperty("io.netty.allocator.normalCacheSize", "0");
        System.setProperty("io.netty.allocator.numHeapArenas", "1");
        System.setProperty("io.netty.allocator.numDirectArenas", "1");
        new StartFailure("sim", SimulatorConfig::variableOf).run(arguments);
    }

    private static PrintStream buffered(FileDescriptor output) {
        return new PrintStream(new BufferedOutputStream(new FileOutputStream(output)), false, StandardCharsets.UTF_8);
    }
}
