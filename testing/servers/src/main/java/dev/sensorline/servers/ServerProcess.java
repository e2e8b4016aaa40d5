package dev.sensorline.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server as a process or in a container. It can be stopped, killed and paused, and started again with the same settings,
 * port and data. Its directory is deleted when it is closed. Not thread-safe.
 */
final class ServerProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Set<String> ANNOUNCED = ConcurrentHashMap.newKeySet();

    private final int port;
    private final Path directory;
    /** The name of the container; null for a process. */
    private final String container;

    private final List<String> command;
    private ChildProcess process;

    private ServerProcess(int port, Path directory, String container, List<String> command) {
        this.port = port;
        this.directory = directory;
        this.container = container;
        this.command = command;
        Scope.keep(this);
        try {
            restart();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    static ServerProcess onThisMachine(int port, Path directory, List<String> command) {
        return new ServerProcess(port, directory, null, command);
    }

    /** A container with the directory mounted under the same path and the port published on the loopback address. */
    static ServerProcess inDocker(int port, Path directory, String image, List<String> command) {
        String name = directory.getFileName().toString();
        List<String> run = new ArrayList<>(List.of(
                "docker",
                "run",
                "--rm",
                "--name",
                name,
                "--user",
                "0",
                "--publish",
                "127.0.0.1:" + port + ":" + port,
                "--volume",
                directory + ":" + directory,
                "--entrypoint",
                command.get(0),
                image));
        run.addAll(command.subList(1, command.size()));
        return new ServerProcess(port, directory, name, run);
    }

    /** Prints which server is used, once in a process. */
    static void announce(String role, String description) {
        if (ANNOUNCED.add(role + description)) {
            System.out.println("[servers] " + role + ": " + description);
        }
    }

    int port() {
        return port;
    }

    Path directory() {
        return directory;
    }

    List<String> lines() {
        return process.lines();
    }

    long pid() {
        return process.pid();
    }

    void stop() {
        process.terminate();
    }

    void kill() {
        if (container != null) {
            docker("kill", container);
        }
        process.kill();
    }

    void pause() {
        if (container != null) {
            docker("pause", container);
        } else {
            process.pause();
        }
    }

    void resume() {
        if (container != null) {
            docker("unpause", container);
        } else {
            process.resume();
        }
    }

    /** Sends a signal, such as {@code HUP}. */
    void signal(String name) {
        if (container != null) {
            docker("kill", "--signal", name, container);
        } else {
            process.signal(name);
        }
    }

    void limit(String limit) {
        process.limit(limit);
    }

    void restart() {
        // Not in the scope of the test: a test may restart a server that belongs to its class.
        process = ChildProcess.startOwned(command, Map.of(), Path.of(""));
        Ports.awaitOpen(port, process, START_LIMIT);
    }

    private static void docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        try (ChildProcess docker = ChildProcess.start(command, Map.of())) {
            docker.awaitExit(START_LIMIT);
        }
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
        ProjectTree.delete(directory);
    }
}
