package dev.sensorline.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.sensorline.embedded.EmbeddedBroker;
import dev.sensorline.embedded.EmbeddedStore;
import dev.sensorline.embedded.Settings;
import dev.sensorline.servers.ProjectTree;

/**
 * Runs the demo or one of the embedded servers. A server ends when its standard input ends, so it does not outlive the
 * process that started it.
 */
public final class Main {

    private static final String USAGE =
            "usage: [demo | broker --port N [--directory D] | store --port N [--directory D]]";

    private Main() {}

    public static void main(String... arguments) throws Exception {
        List<String> words = List.of(arguments);
        if (words.isEmpty() || words.equals(List.of("demo"))) {
            Demo.run(System.getenv());
        } else if (words.size() >= 3
                && words.get(1).equals("--port")
                && words.get(2).matches("\\d{1,5}")
                && (words.size() == 3 || words.size() == 5 && words.get(3).equals("--directory"))) {
            boolean isDirectoryGiven = words.size() == 5;
            Path directory = isDirectoryGiven
                    ? Path.of(words.get(4))
                    : Files.createTempDirectory(ProjectTree.TEMPORARY_PREFIX + "embedded");
            serve(words.get(0), Integer.parseInt(words.get(2)), directory, isDirectoryGiven);
        } else {
            System.err.println(USAGE);
            System.exit(2);
        }
    }

    private static void serve(String server, int port, Path directory, boolean keepDirectory) throws IOException {
        AutoCloseable running = switch (server) {
            case "broker" ->
                EmbeddedBroker.start(port, directory, Settings.read(directory.resolve("broker.properties")));
            case "store" -> EmbeddedStore.start(port, directory, directory.resolve("proxy.properties"));
            default -> throw new IllegalArgumentException(USAGE);
        };
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                running.close();
            } catch (Exception e) {
                System.err.println("Could not stop cleanly: " + e.getMessage());
            }
            if (!keepDirectory) {
                ProjectTree.delete(directory);
            }
        }));
        while (System.in.read() >= 0) {
            // Only the end of the input matters.
        }
        System.exit(0);
    }
}
