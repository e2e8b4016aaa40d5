package dev.sensorline.ingestor;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.sensorline.application.StartFailure;
import dev.sensorline.ingestor.kafka.ClientSettings;
import dev.sensorline.ingestor.settings.ConfiguredRules;
import dev.sensorline.ingestor.settings.Variables;
import dev.sensorline.ingestor.trial.Trial;
import dev.sensorline.rulesettings.Environment;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Runs the ingestor until the process is asked to end, or tries its rules: {@code try --topic gateway/G1/up < payload.json}. */
@QuarkusMain
public final class Main {

    public static void main(String... arguments) {
        Environment environment = new Environment(Variables::of);
        StartFailure failure = new StartFailure("ingestor", environment::nameOf, ClientSettings::lineOf);
        if (arguments.length > 0 && arguments[0].equals("try")) {
            System.exit(new Trial(System.in, buffered(FileDescriptor.out), buffered(FileDescriptor.err))
                    .run(
                            List.of(arguments).subList(1, arguments.length),
                            ConfiguredRules::readNow,
                            config -> ConfiguredRules.of(config, environment),
                            failure));
        }
        failure.run(arguments);
    }

    private static PrintStream buffered(FileDescriptor output) {
        return new PrintStream(new BufferedOutputStream(new FileOutputStream(output)), false, StandardCharsets.UTF_8);
    }
}
