package dev.sensorline.ingestor;

import dev.sensorline.application.StartFailure;
import dev.sensorline.ingestor.kafka.ClientSettings;
import dev.sensorline.ingestor.settings.Environment;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Runs the ingestor until the process is asked to end. */
@QuarkusMain
public final class Main {

    public static void main(String... arguments) {
        new StartFailure("ingestor", new Environment()::nameOf, ClientSettings::lineOf).run(arguments);
    }
}
