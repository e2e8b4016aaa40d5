package dev.sensorline.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Finds the built parts of this project, and creates temporary directories. Thread-safe. */
public final class ProjectTree {

    /** The prefix of the names of all temporary directories. {@code .ci/leftovers} looks for it. */
    public static final String TEMPORARY_PREFIX = "sensorline-";

    private static final Set<Path> TEMPORARY = ConcurrentHashMap.newKeySet();

    /** For processes that run for seconds: a fast start matters more than a high speed. */
    private static final List<String> QUICK_JVM =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    private ProjectTree() {}

    /**
     * The root of the project: the system property {@code sensorline.root}, otherwise the nearest parent directory that
     * contains this module.
     */
    public static Path root() {
        String given = System.getProperty("sensorline.root");
        if (given != null) {
            return Path.of(given);
        }
        for (Path path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
            if (Files.isDirectory(path.resolve("testing/servers"))) {
                return path;
            }
        }
        throw new IllegalStateException(
                "The working directory is outside the project: set the system property sensorline.root");
    }

    /**
     * The command that runs a built service: the native executable if the system property {@code sensorline.native} is true.
     *
     * @param memory further options, which native executables accept as well
     */
    static List<String> service(String name, List<String> jvmOptions, List<String> memory) {
        Path target = root().resolve(name).resolve("target");
        if (Boolean.getBoolean("sensorline.native")) {
            return Stream.concat(Stream.of(only(target, "-runner").toString()), memory.stream())
                    .toList();
        }
        return java(
                Stream.of(QUICK_JVM, jvmOptions, memory).flatMap(List::stream).toList(),
                required(target.resolve("quarkus-app/quarkus-run.jar")));
    }

    /** The command that runs an embedded server, {@code broker} or {@code store}, with its files in a directory. */
    static List<String> embedded(String server, int port, Path directory) {
        Path jar = required(root().resolve("demo/target/sensorline-embedded.jar"));
        List<String> options = new ArrayList<>(QUICK_JVM);
        // A small young generation, because the process keeps all of it once it was used. The old generation grows on
        // demand.
        options.addAll(List.of(
                "-Xms32m",
                "-Xmn16m",
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=20",
                "-Xmx" + (server.equals("broker") ? "224m" : "80m"),
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ReservedCodeCacheSize=32m",
                "-Xss512k",
                "-Djava.io.tmpdir=" + directory));
        options.addAll(ClassArchive.options(server, jar, java(options, jar), directory));
        return Stream.concat(
                        java(options, jar).stream(),
                        Stream.of(server, "--port", Integer.toString(port), "--directory", directory.toString()))
                .toList();
    }

    /** Whether a file or directory of the project exists. */
    static boolean isBuilt(String path) {
        return Files.exists(root().resolve(path));
    }

    /** The command that runs a main class of Kafka. */
    static List<String> kafka(List<String> options, String mainClass, String... arguments) {
        return java("testing/kafka/target/lib", options, mainClass, arguments);
    }

    /** The command that runs a main class with a directory of jars as its class path. */
    static List<String> java(String directory, List<String> options, String mainClass, String... arguments) {
        Path jars = required(root().resolve(directory));
        return Stream.of(List.of(java(), "-cp", jars + "/*"), options, List.of(mainClass), List.of(arguments))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> java(List<String> options, Path jar) {
        return Stream.of(List.of(java()), options, List.of("-jar", jar.toString()))
                .flatMap(List::stream)
                .toList();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Path required(Path file) {
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is missing: build it with mvn package -DskipTests");
        }
        return file;
    }

    private static Path only(Path directory, String ending) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            directory + " has no *" + ending + ": build it with mvn package -Dnative"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates a temporary directory, which is deleted with the {@link Scope} at the latest. */
    public static Path temporaryDirectory(String purpose) {
        try {
            Path directory = Files.createTempDirectory(TEMPORARY_PREFIX + purpose);
            TEMPORARY.add(directory);
            Scope.keep(() -> delete(directory));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates a directory. */
    static Path created(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes the remaining temporary directories when this process ends, for example with Ctrl-C. */
    static void deleteTemporary() {
        for (Path directory : TEMPORARY) {
            try {
                delete(directory);
            } catch (UncheckedIOException e) {
                // Another thread is deleting the directory.
            }
        }
    }

    /** Deletes a directory and its content as far as possible. Does nothing if the directory does not exist. */
    public static void delete(Path directory) {
        TEMPORARY.remove(directory);
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
