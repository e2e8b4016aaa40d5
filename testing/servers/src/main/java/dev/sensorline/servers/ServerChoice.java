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
 * Which servers to use: by default those installed on the machine, otherwise Docker, otherwise embedded servers. The
 * variable or system property {@code SENSORLINE_SERVERS} ({@code local}, {@code docker}, {@code embedded}) forces a choice.
 */
enum ServerChoice {
    LOCAL,
    DOCKER,
    EMBEDDED;

    private static final String[] USUAL_DIRECTORIES = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"};

    private static final Map<String, ServerChoice> CHOICES = new ConcurrentHashMap<>();

    /** The choice for a server by the name of its executable. */
    static ServerChoice of(String executable) {
        String forced = System.getProperty("SENSORLINE_SERVERS", System.getenv("SENSORLINE_SERVERS"));
        if (forced != null) {
            return valueOf(forced.toUpperCase(Locale.ROOT));
        }
        return CHOICES.computeIfAbsent(executable, ServerChoice::choose);
    }

    private static ServerChoice choose(String executable) {
        if (find(executable).isPresent()) {
            return LOCAL;
        }
        return isDockerRunning() ? DOCKER : EMBEDDED;
    }

    /** The executable with a name, on the path or in one of the usual directories. */
    static Optional<Path> find(String executable) {
        Stream<String> path = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        return Stream.concat(path, Stream.of(USUAL_DIRECTORIES))
                .map(directory -> Path.of(directory, executable))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean isDockerRunning() {
        try {
            Process docker = new ProcessBuilder("docker", "version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
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
