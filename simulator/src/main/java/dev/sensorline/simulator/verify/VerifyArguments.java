package dev.sensorline.simulator.verify;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments of the command.
 *
 * @param tag          that has the sensor's name
 * @param sequence     the field that has the number of the reading
 * @param until        points are looked at that are older
 * @param isArrival    whether stored times are those of arrival even if payloads carry a time
 * @param passwordFile that has the user's password
 */
record VerifyArguments(
        Path ledger,
        URI influx,
        String database,
        String measurement,
        String tag,
        String sequence,
        Optional<Instant> until,
        boolean isArrival,
        Optional<String> user,
        Optional<Path> passwordFile,
        boolean isJson) {

    static final String USAGE = """
            usage: simulator verify --ledger FILE --influx URL [--database sensors] [--measurement sensor] [--tag name]
                   [--sequence seq] [--until 2026-01-01T00:00:00Z] [--arrival] [--user NAME --password-file FILE] [--json]""";

    /** Of points in InfluxDB, which have nanoseconds of 64 bits since 1970. */
    private static final Instant EARLIEST = Instant.EPOCH.plusNanos(Long.MIN_VALUE);

    private static final Instant LATEST = Instant.EPOCH.plusNanos(Long.MAX_VALUE);

    private static final Set<String> FLAGS = Set.of("--arrival", "--json");
    private static final Set<String> OPTIONS = Set.of(
            "--ledger",
            "--influx",
            "--database",
            "--measurement",
            "--tag",
            "--sequence",
            "--until",
            "--user",
            "--password-file");

    /** @throws IllegalArgumentException with a line for people */
    static VerifyArguments of(List<String> arguments) {
        Map<String, String> given = new HashMap<>();
        for (Iterator<String> each = arguments.iterator(); each.hasNext(); ) {
            String option = each.next();
            if (FLAGS.contains(option)) {
                given.put(option, "");
            } else if (!OPTIONS.contains(option)) {
                throw new IllegalArgumentException(option + ": is no option of verify");
            } else if (!each.hasNext()) {
                throw new IllegalArgumentException(option + ": must have a value");
            } else {
                given.put(option, each.next());
            }
        }
        Optional<String> user = Optional.ofNullable(given.get("--user"));
        Optional<Path> passwordFile =
                Optional.ofNullable(given.get("--password-file")).map(file -> path("--password-file", file));
        if (user.isPresent() != passwordFile.isPresent()) {
            throw new IllegalArgumentException("--user and --password-file: must be given together");
        }
        return new VerifyArguments(
                path("--ledger", required(given, "--ledger")),
                url(required(given, "--influx")),
                given.getOrDefault("--database", "sensors"),
                given.getOrDefault("--measurement", "sensor"),
                given.getOrDefault("--tag", "name"),
                given.getOrDefault("--sequence", "seq"),
                Optional.ofNullable(given.get("--until")).map(VerifyArguments::until),
                given.containsKey("--arrival"),
                user,
                passwordFile,
                given.containsKey("--json"));
    }

    private static String required(Map<String, String> given, String option) {
        String value = given.get(option);
        if (value == null) {
            throw new IllegalArgumentException(option + ": must be given");
        }
        return value;
    }

    private static Path path(String option, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("%s=%s: must be the path of a file".formatted(option, text), e);
        }
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            if (url.getUserInfo() != null) {
                throw new IllegalArgumentException(
                        "--influx: must have no user and password: use --user and --password-file");
            }
            if (("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                    && url.getHost() != null
                    && url.getQuery() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Reported like every other text that is no such URL, which may have a secret in it.
        }
        throw new IllegalArgumentException("--influx: must be a URL such as http://localhost:8086");
    }

    private static Instant until(String text) {
        return time(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "--until=%s: must be a time such as 2026-01-01T00:00:00Z".formatted(text)));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text)).filter(time -> !time.isBefore(EARLIEST) && !time.isAfter(LATEST));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
