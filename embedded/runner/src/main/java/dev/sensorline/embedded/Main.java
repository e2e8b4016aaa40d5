package dev.sensorline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.sensorline.demo.Demo;
import dev.sensorline.servers.Tree;

/** Runs the demo, or one of the embedded servers until its standard input ends: with the process that started it. */
public final class Main {

    private static final String USAGE = "usage: [demo | broker --port N | store --port N]";

    private Main() {
    }

    public static void main(String... arguments) throws Exception {
        List<String> words = List.of(arguments);
        if (words.isEmpty() || words.equals(List.of("demo"))) {
            Demo.run(System.getenv());
        } else if (words.size() == 3 && words.get(1).equals("--port") && words.get(2).matches("\\d{1,5}")) {
            serve(words.get(0), Integer.parseInt(words.get(2)));
        } else {
            System.err.println(USAGE);
            System.exit(2);
        }
    }

    private static void serve(String server, int port) throws IOException {
        Path directory = Files.createTempDirectory("sensorline-embedded");
        AutoCloseable running = switch (server) {
            case "broker" -> EmbeddedBroker.start(port, directory);
            case "store" -> EmbeddedStore.start(port, directory);
            default -> throw new IllegalArgumentException(USAGE);
        };
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                running.close();
            } catch (Exception e) {
                System.err.println("Could not end in order: " + e.getMessage());
            }
            Tree.delete(directory);
        }));
        while (System.in.read() >= 0) {
            // What comes is of no interest, only that nothing comes any more.
        }
        System.exit(0);
    }
}
