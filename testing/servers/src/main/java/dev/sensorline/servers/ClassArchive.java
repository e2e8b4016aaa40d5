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
 * Class data sharing for the embedded servers: an archive of the classes that a server loads, which the JVM maps into memory.
 * A server then starts in about half the time, and servers that run at the same time share the memory. The first server
 * that needs the archive creates it beside the jar, once for each build and JVM.
 */
final class ClassArchive {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Set<Path> FAILED = ConcurrentHashMap.newKeySet();

    private ClassArchive() {}

    /**
     * The JVM options to start a server with its archive; none if the archive cannot be created.
     *
     * @param jar       the jar of the server
     * @param command   the command that starts the server, without its arguments
     * @param directory a directory in which the server may be run once
     */
    static synchronized List<String> options(String server, Path jar, List<String> command, Path directory) {
        Path archive = jar.resolveSibling("%s-%s-%d.jsa"
                .formatted(
                        server,
                        System.getProperty("java.vm.version").replaceAll("\\W+", "-"),
                        jar.toFile().lastModified()));
        if (!Files.exists(archive) && !FAILED.contains(archive) && !make(archive, server, command, directory)) {
            FAILED.add(archive);
        }
        // At a random address each process would have a copy of the archive. A JVM that cannot use the archive starts
        // without it; its warnings would appear in the log of the server.
        return Files.exists(archive)
                ? List.of(
                        "-XX:SharedArchiveFile=" + archive,
                        "-Xshare:auto",
                        "-Xlog:disable",
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:ArchiveRelocationMode=0")
                : List.of();
    }

    private static boolean make(Path archive, String server, List<String> command, Path directory) {
        Path training = directory.resolve("training");
        try {
            // The complete archive is moved to its place, because other processes may be looking for it.
            Path unfinished = Files.createDirectory(training).resolve("classes.jsa");
            int port = Ports.free();
            List<String> run = new ArrayList<>(command);
            run.add(1, "-XX:ArchiveClassesAtExit=" + unfinished);
            run.addAll(List.of(
                    server,
                    "--port",
                    Integer.toString(port),
                    "--directory",
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
            ProjectTree.delete(training);
        }
    }
}
