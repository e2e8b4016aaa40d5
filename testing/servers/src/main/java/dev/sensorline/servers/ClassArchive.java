package dev.sensorline.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The classes that an embedded server loads as it starts, in the form that the JVM maps into memory (class data sharing):
 * the server then starts in about half the time, and servers that run at the same time share that memory. Made once for a
 * build and a JVM, by the first that needs it, beside the jar.
 */
final class ClassArchive {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Set<Path> FAILED = ConcurrentHashMap.newKeySet();

    private ClassArchive() {
    }

    /**
     * Options with which the server starts from its archive; none where that cannot be made.
     *
     * @param jar       of the server
     * @param command   that starts it, but for its arguments
     * @param directory in which it may be run once
     */
    static synchronized List<String> options(String server, Path jar, List<String> command, Path directory) {
        Path archive = jar.resolveSibling("%s-%s-%d.jsa".formatted(server,
                System.getProperty("java.vm.version").replaceAll("\\W+", "-"), jar.toFile().lastModified()));
        if (!Files.exists(archive) && !FAILED.contains(archive) && !make(archive, server, command, directory)) {
            FAILED.add(archive);
        }
        // Moved to a random address, the archive would be a copy for each process. A JVM that cannot use it goes on without;
        // its warnings would be among the server's lines.
        return Files.exists(archive)
                ? List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:disable",
                        "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0")
                : List.of();
    }

    private static boolean make(Path archive, String server, List<String> command, Path directory) {
        Path training = directory.resolve("training");
        try {
            // Moved into its place when it is whole: others may be looking for it.
            Path unfinished = Files.createDirectory(training).resolve("classes.jsa");
            int port = Ports.free();
            List<String> run = new ArrayList<>(command);
            run.add(1, "-XX:ArchiveClassesAtExit=" + unfinished);
            run.addAll(List.of(server, "--port", Integer.toString(port), "--directory",
                    Files.createDirectory(training.resolve(server)).toString()));
            try (ChildProcess process = ChildProcess.start(run, Map.of())) {
                Ports.awaitOpen(port, process, LIMIT);
                process.terminate(LIMIT);
            }
            if (!Files.exists(unfinished)) {
                return false;
            }
            Path beside = Files.createTempFile(archive.getParent(), server, ".jsa");
            Files.copy(unfinished, beside, StandardCopyOption.REPLACE_EXISTING);
            Files.move(beside, archive, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            return false;
        } finally {
            Tree.delete(training);
        }
    }
}
