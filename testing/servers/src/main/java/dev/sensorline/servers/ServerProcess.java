package dev.sensorline.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server that can be ended in all the ways servers end, and started again with the same settings, port and data:
 * installed on the machine, in a container, or embedded in a process of ours.
 */
final class ServerProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Set<String> ANNOUNCED = ConcurrentHashMap.newKeySet();

    private final int port;
    private final Path directory;
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

    /** A container that sees the directory under its own path and publishes the port on the loopback address. */
    static ServerProcess inDocker(int port, Path directory, String image, List<String> command) {
        String name = directory.getFileName().toString();
        List<String> run = new ArrayList<>(List.of("docker", "run", "--rm", "--name", name, "--user", "0",
                "--publish", "127.0.0.1:" + port + ":" + port, "--volume", directory + ":" + directory,
                "--entrypoint", command.get(0), image));
        run.addAll(command.subList(1, command.size()));
        return new ServerProcess(port, directory, name, run);
    }

    /** Says once in a process which servers it runs on. */
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

    /** Sends a signal by its name. */
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
        // A test may restart a server that is its class's.
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
        Tree.delete(directory);
    }
}
