package dev.sensorline.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A process of ours: its output is kept, line by line, and it does not outlive this one. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
    private static final Optional<Path> SETSID = ServerChoice.find("setsid");
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            endAll();
            Tree.deleteTemporary();
        }));
    }

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    private ChildProcess(Process process) {
        this.process = process;
        RUNNING.add(process);
        process.onExit().thenAccept(RUNNING::remove);
        reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a command.
     *
     * @param environment set beside what is inherited; a null value removes what is
     * @throws UncheckedIOException when the command cannot be started
     */
    public static ChildProcess start(List<String> command, Map<String, String> environment) {
        return start(command, environment, Path.of(""));
    }

    /** The same in a working directory. */
    static ChildProcess start(List<String> command, Map<String, String> environment, Path directory) {
        return Scope.keep(startOwned(command, environment, directory));
    }

    /** The same for an owner who closes it, whatever scope it is started in. */
    static ChildProcess startOwned(List<String> command, Map<String, String> environment, Path directory) {
        ProcessBuilder builder = new ProcessBuilder(inSessionOfItsOwn(command)).redirectErrorStream(true)
                .directory(directory.toAbsolutePath().toFile());
        environment.forEach((name, value) -> {
            if (value == null) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        try {
            return new ChildProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A process that stands still must not be woken by others: the kernel sends SIGCONT to the stopped processes of a process
     * group that is orphaned, as that of a build is when the shell that started it ends.
     */
    private static List<String> inSessionOfItsOwn(List<String> command) {
        return SETSID.map(setsid -> Stream.concat(Stream.of(setsid.toString()), command.stream()).toList()).orElse(command);
    }

    private void read() {
        try (BufferedReader output = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("(output ends: " + e.getMessage() + ")");
        }
        synchronized (lines) {
            lines.notifyAll();
        }
    }

    private void add(String line) {
        synchronized (lines) {
            lines.add(line);
            lines.notifyAll();
        }
    }

    /** Ends all that still run: SIGTERM, and SIGKILL for those that have not ended in time. */
    public static void endAll() {
        List<Process> ending = List.copyOf(RUNNING);
        ending.forEach(Process::destroy);
        ending.forEach(process -> {
            try {
                if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        });
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has written so far, to its output and its errors. */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /**
     * Waits for a line, one that is there already included, and returns it.
     *
     * @throws IllegalStateException with all lines so far when it has not come in time, or the process ends without it
     */
    public String awaitLine(Predicate<String> wanted, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (lines) {
            int seen = 0;
            while (true) {
                for (; seen < lines.size(); seen++) {
                    if (wanted.test(lines.get(seen))) {
                        return lines.get(seen);
                    }
                }
                long remaining = (deadline - System.nanoTime()) / 1_000_000;
                if (remaining <= 0 || !reader.isAlive()) {
                    throw new IllegalStateException("The line did not come:\n" + String.join("\n", lines));
                }
                waitForLines(remaining);
            }
        }
    }

    public String awaitLine(String part, Duration limit) {
        return awaitLine(line -> line.contains(part), limit);
    }

    private void waitForLines(long millis) {
        try {
            lines.wait(Math.min(millis, 200));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** SIGTERM; returns the exit code. */
    public int terminate() {
        return terminate(PATIENCE);
    }

    int terminate(Duration limit) {
        // Process.destroy would close its output, and with it the last lines would be lost.
        process.toHandle().destroy();
        return awaitExit(limit);
    }

    /** SIGKILL; returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(PATIENCE);
    }

    /** SIGSTOP: it stands still, and its connections stay open. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    /** Sends a signal by its name. */
    public void signal(String name) {
        try {
            int result = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
            if (result != 0) {
                throw new IllegalStateException("kill -" + name + " failed: is process " + process.pid() + " alive?");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sets a limit of the kernel's, as prlimit(1) takes it, such as {@code nofile=64}; it can be taken back. */
    public void limit(String limit) {
        try (ChildProcess prlimit = start(
                List.of("prlimit", "--pid", Long.toString(pid()), "--" + limit + ":"), Map.of())) {
            if (prlimit.awaitExit(PATIENCE) != 0) {
                throw new IllegalStateException(String.join("\n", prlimit.lines()));
            }
        }
    }

    /**
     * Waits for its end and returns the exit code, 128 and the signal's number when a signal ended it.
     *
     * @throws IllegalStateException when it still runs after the limit
     */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("Still running after " + limit + ":\n" + String.join("\n", lines()));
            }
            reader.join(PATIENCE.toMillis());
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
