package dev.sensorline.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.sensorline.embedded.EmbeddedBroker;
import dev.sensorline.embedded.EmbeddedStore;
import dev.sensorline.embedded.Settings;
import dev.sensorline.servers.Tree;

/** Runs the demo, or one of the embedded servers until its standard input ends: with the process that started it. */
public final class Main {

    private static final String USAGE = "usage: [demo | broker --port N [--directory D] | store --port N [--directory D]]";

    private Main() {
    }

    public static void main(String... arguments) throws Exception {
        List<String> words = List.of(arguments);
        if (words.isEmpty() || words.equals(List.of("demo"))) {
            Demo.run(System.getenv());
        } else if (words.size() >= 3 && words.get(1).equals("--port") && words.get(2).matches("\\d{1,5}")
                && (words.size() == 3 || words.size() == 5 && words.get(3).equals("--directory"))) {
            boolean kept = words.size() == 5;
            serve(words.get(0), Integer.parseInt(words.get(2)),
                    kept ? Path.of(words.get(4)) : Files.createTempDirectory(Tree.TEMPORARY_PREFIX + "embedded"), kept);
        } else {
            System.err.println(USAGE);
            System.exit(2);
        }
    }

    private static void serve(String server, int port, Path directory, boolean kept) throws IOException {
        AutoCloseable running = switch (server) {
            case "broker" -> EmbeddedBroker.start(port, directory, Settings.read(directory.resolve("broker.properties")));
            case "store" -> EmbeddedStore.start(port, directory, directory.resolve("door.properties"));
            default -> throw new IllegalArgumentException(USAGE);
        };
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                running.close();
            } catch (Exception e) {
                System.err.println("Could not end in order: " + e.getMessage());
            }
            if (!kept) {
                Tree.delete(directory);
            }
        }));
        while (System.in.read() >= 0) {
            // What comes is of no interest, only that nothing comes any more.
        }
        System.exit(0);
    }
}
