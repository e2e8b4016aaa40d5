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
 * A child process. Its output is collected line by line, and it does not outlive this process. Methods that wait throw
 * {@link IllegalStateException} if the limit passes. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
    private static final Optional<Path> SETSID = ServerChoice.find("setsid");
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(15);
    private static final Duration LATE_LINES = Duration.ofSeconds(10);

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            endAll();
            ProjectTree.deleteTemporary();
        }));
    }

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    @SuppressWarnings("FutureReturnValueIgnored") // Removing the process cannot fail.
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
     * @param environment variables in addition to the inherited ones; a null value removes an inherited variable
     * @throws UncheckedIOException if the command cannot be started
     */
    public static ChildProcess start(List<String> command, Map<String, String> environment) {
        return start(command, environment, Path.of(""));
    }

    /** Starts a command in a working directory. */
    static ChildProcess start(List<String> command, Map<String, String> environment, Path directory) {
        return Scope.keep(startOwned(command, environment, directory));
    }

    /** Starts a command whose owner closes it: it does not belong to the current {@link Scope}. */
    static ChildProcess startOwned(List<String> command, Map<String, String> environment, Path directory) {
        ProcessBuilder builder = new ProcessBuilder(inNewSession(command))
                .redirectErrorStream(true)
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
     * Starts a command in a new session, so that a paused process stays paused. The kernel sends SIGCONT to the stopped
     * processes of an orphaned process group, such as that of a build whose shell has ended.
     */
    private static List<String> inNewSession(List<String> command) {
        return SETSID.map(setsid -> Stream.concat(Stream.of(setsid.toString()), command.stream())
                        .toList())
                .orElse(command);
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
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

    /** Ends all running processes: with SIGTERM, and those that take longer than 15 s with SIGKILL. */
    public static void endAll() {
        List<Process> ending = List.copyOf(RUNNING);
        ending.forEach(Process::destroy);
        ending.forEach(process -> {
            try {
                if (!process.waitFor(DEFAULT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
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

    /** The lines of standard output and standard error so far. */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /**
     * Waits for a line and returns it. Earlier lines count.
     *
     * @throws IllegalStateException with all lines so far if the limit passes or the process ends without the line
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
                    throw new IllegalStateException("The line was not printed:\n" + String.join("\n", lines));
                }
                waitForLines(remaining);
            }
        }
    }

    /** Waits for a line that contains a text, and returns the line. */
    public String awaitLine(String part, Duration limit) {
        return awaitLine(line -> line.contains(part), limit);
    }

    /**
     * How many lines contain a text. Because lines arrive a moment after what they tell, it waits until there are as many as
     * expected, or 10 s.
     */
    public long countLines(String part, long expected) {
        return countLines(line -> line.contains(part), expected);
    }

    /** How many lines are wanted ones; see {@link #countLines(String, long)}. */
    public long countLines(Predicate<String> wanted, long expected) {
        long deadline = System.nanoTime() + LATE_LINES.toNanos();
        synchronized (lines) {
            while (true) {
                long count = lines.stream().filter(wanted).count();
                long remaining = (deadline - System.nanoTime()) / 1_000_000;
                if (count >= expected || remaining <= 0 || !reader.isAlive()) {
                    return count;
                }
                waitForLines(remaining);
            }
        }
    }

    private void waitForLines(long millis) {
        try {
            lines.wait(Math.min(millis, 200));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends SIGTERM, waits up to 15 s, and returns the exit code. */
    public int terminate() {
        return terminate(DEFAULT_LIMIT);
    }

    int terminate(Duration limit) {
        // Process.destroy would close the output and lose the last lines.
        process.toHandle().destroy();
        return awaitExit(limit);
    }

    /** Sends SIGKILL and waits for the end. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(DEFAULT_LIMIT);
    }

    /** Pauses the process (SIGSTOP). Its connections stay open. */
    public void pause() {
        signal("STOP");
    }

    /** Resumes the process (SIGCONT). */
    public void resume() {
        signal("CONT");
    }

    /** Sends a signal, such as {@code HUP}. */
    public void signal(String name) {
        try {
            int result = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
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

    /** Sets a soft resource limit in the syntax of prlimit(1), such as {@code nofile=64}. It can be raised again. */
    public void limit(String limit) {
        try (ChildProcess prlimit =
                start(List.of("prlimit", "--pid", Long.toString(pid()), "--" + limit + ":"), Map.of())) {
            if (prlimit.awaitExit(DEFAULT_LIMIT) != 0) {
                throw new IllegalStateException(String.join("\n", prlimit.lines()));
            }
        }
    }

    /**
     * Waits for the end and returns the exit code: 128 plus the number of the signal if a signal ended the process.
     *
     * @throws IllegalStateException if the process still runs after the limit
     */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("Still running after " + limit + ":\n" + String.join("\n", lines()));
            }
            reader.join(DEFAULT_LIMIT.toMillis());
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
