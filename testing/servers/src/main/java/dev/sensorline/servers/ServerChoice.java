package dev.sensorline.servers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Which servers to use: those installed on the machine, else those of Docker, else the embedded ones. The variable or
 * system property {@code SENSORLINE_SERVERS} ({@code local}, {@code docker}, {@code embedded}) decides otherwise.
 */
enum ServerChoice {

    LOCAL, DOCKER, EMBEDDED;

    private static final String[] USUAL_PLACES = { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin" };

    private static final Map<String, ServerChoice> FOUND = new ConcurrentHashMap<>();

    static ServerChoice of(String executable) {
        String forced = System.getProperty("SENSORLINE_SERVERS", System.getenv("SENSORLINE_SERVERS"));
        if (forced != null) {
            return valueOf(forced.toUpperCase(Locale.ROOT));
        }
        return FOUND.computeIfAbsent(executable, ServerChoice::look);
    }

    private static ServerChoice look(String executable) {
        if (find(executable).isPresent()) {
            return LOCAL;
        }
        return dockerAnswers() ? DOCKER : EMBEDDED;
    }

    /** The executable of that name, on the path or in the usual places. */
    static Optional<Path> find(String executable) {
        Stream<String> path = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        return Stream.concat(path, Stream.of(USUAL_PLACES))
                .map(directory -> Path.of(directory, executable))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean dockerAnswers() {
        try {
            Process docker = new ProcessBuilder("docker", "version").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (docker.waitFor(3, TimeUnit.SECONDS)) {
                return docker.exitValue() == 0;
            }
            docker.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
