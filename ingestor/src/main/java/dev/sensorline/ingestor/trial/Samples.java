package dev.sensorline.ingestor.trial;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What the arguments of the command name: a payload from standard input, or the files of directories.
 *
 * @param topic       of the payload on standard input; null if there are directories
 * @param directories whose files are samples
 * @param properties  user properties of each sample
 * @param arrival     of each sample
 */
record Samples(
        @Nullable String topic, List<Path> directories, List<Map.Entry<String, String>> properties, Instant arrival) {

    static final String USAGE =
            "Usage: ingestor try --topic <topic> [options] < payload, or: ingestor try [options] <directory>…\n"
                    + "Options: --property <name>=<value> (a user property of MQTT 5), --time <arrival, as 2026-01-01T00:00:00Z>";

    /** Endings that say what a file is, and are no part of a topic. */
    private static final Pattern ENDING =
            Pattern.compile("\\.(?:json|ndjson|txt|csv|lp|xml|bin|cbor|msgpack|mpk|hex|b64)$");

    /** @param payload of any bytes */
    record Sample(String topic, byte[] payload) {}

    /** @throws IllegalArgumentException with a line that says what is wrong */
    static Samples of(List<String> arguments, Instant now) {
        String topic = null;
        Instant arrival = now;
        List<Path> directories = new ArrayList<>();
        List<Map.Entry<String, String>> properties = new ArrayList<>();
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            switch (argument) {
                case "--topic" -> topic = requireTopic(value(argument, rest));
                case "--property" -> properties.add(property(value(argument, rest)));
                case "--time" -> arrival = time(value(argument, rest));
                default -> directories.add(directory(argument));
            }
        }
        if (topic == null && directories.isEmpty()) {
            throw new IllegalArgumentException("--topic or a directory is missing");
        }
        if (topic != null && !directories.isEmpty()) {
            throw new IllegalArgumentException(
                    "--topic: must not be given with a directory, whose paths are the topics");
        }
        return new Samples(topic, List.copyOf(directories), List.copyOf(properties), arrival);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + ": must have a value");
        }
        return rest.next();
    }

    private static String requireTopic(String topic) {
        if (topic.isEmpty() || topic.matches("(?s).*[+#\\x00].*")) {
            throw new IllegalArgumentException("--topic " + topic + ": must be a topic, without + and #");
        }
        return topic;
    }

    private static Map.Entry<String, String> property(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("--property " + text + ": must be <name>=<value>");
        }
        return Map.entry(text.substring(0, equals), text.substring(equals + 1));
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("--time " + text + ": must be a time such as 2026-01-01T00:00:00Z", e);
        }
    }

    private static Path directory(String argument) {
        if (argument.startsWith("-") || !Files.isDirectory(Path.of(argument))) {
            throw new IllegalArgumentException(argument + ": must be a directory of samples, or an option");
        }
        return Path.of(argument);
    }

    /** The samples, in the order of their paths. */
    List<Sample> read(InputStream input) throws IOException {
        if (topic != null) {
            return List.of(new Sample(topic, input.readAllBytes()));
        }
        List<Sample> samples = new ArrayList<>();
        for (Path directory : directories) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.filter(file -> isSample(directory.relativize(file)) && Files.isRegularFile(file))
                        .sorted()
                        .forEach(file -> samples.add(sample(directory, file)));
            }
        }
        return samples;
    }

    private static boolean isSample(Path file) {
        for (Path name : file) {
            if (name.toString().startsWith(".")) {
                return false; // Of an editor, a version control system, or the links of a Kubernetes volume.
            }
        }
        return true;
    }

    private static Sample sample(Path directory, Path file) {
        String path = directory.relativize(file).toString().replace('\\', '/');
        try {
            return new Sample(ENDING.matcher(path).replaceFirst(""), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
