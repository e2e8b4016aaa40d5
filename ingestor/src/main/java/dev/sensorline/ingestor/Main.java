package dev.sensorline.ingestor;

import dev.sensorline.configuration.StartFailure;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Runs the ingestor until it is told to end. */
@QuarkusMain
public final class Main {

    private Main() {
    }

    public static void main(String... arguments) {
        Quarkus.run(null, new StartFailure(IngestorConfig::variableOf)::exit, arguments);
    }
}
