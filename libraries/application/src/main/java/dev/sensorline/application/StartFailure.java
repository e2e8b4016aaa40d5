package dev.sensorline.application;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import io.smallrye.config.ConfigValidationException;

/**
 * Ends a service, and where its configuration is to blame says so in a line for each wrong variable: its name, its value
 * and what is allowed.
 */
public final class StartFailure {

    /** The exit code when the configuration is wrong. */
    public static final int BAD_CONFIGURATION = 2;

    private static final Logger LOG = Logger.getLogger(StartFailure.class);

    /** In characters: what is longer is recognised by its beginning. */
    private static final int LONGEST_VALUE = 200;

    /** SmallRye Config's SRCFG00039; what follows is the message of the converter. */
    private static final Pattern NOT_CONVERTED = Pattern.compile(
            ".*The config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being converted (.*)",
            Pattern.DOTALL);
    /** SRCFG00014 and SRCFG00040: there is nothing. */
    private static final Pattern MISSING = Pattern.compile(
            ".*The config property (\\S+) is (?:required|defined as the empty String).*", Pattern.DOTALL);

    /** SRCFG00050; what follows the key is where it was found. */
    private static final Pattern UNKNOWN = Pattern.compile(".*SRCFG00050: (\\S+) in .*", Pattern.DOTALL);

    /** The property that each of these is about. */
    private static final Pattern PROPERTY =
            Pattern.compile(".*(?:The config property|SRCFG00050:) (\\S+) .*", Pattern.DOTALL);

    private final String prefix;
    private final UnaryOperator<String> variableOf;
    private final Function<Throwable, Optional<String>> lineOf;

    /**
     * @param prefix     what the names of the service's own properties begin with
     * @param variableOf the variable that sets a property, by the property's name
     */
    public StartFailure(String prefix, UnaryOperator<String> variableOf) {
        this(prefix, variableOf, failure -> Optional.empty());
    }

    /** @param lineOf the line for a failure of a library's that a setting is to blame for; empty for all others */
    public StartFailure(String prefix, UnaryOperator<String> variableOf, Function<Throwable, Optional<String>> lineOf) {
        this.prefix = prefix + ".";
        this.variableOf = variableOf;
        this.lineOf = lineOf;
    }

    /** Runs the application until it ends, and then ends the process: with the exit code, or with the failure's own. */
    public void run(String... arguments) {
        // Each log record asks for both. Neither is in the format, and to find them takes a native start 1.5 ms.
        System.setProperty("jboss.qualified.host.name", "localhost");
        System.setProperty("jboss.process.name", "sensorline");
        Quarkus.run(null, this::exit, arguments);
    }

    private void exit(int exitCode, @Nullable Throwable failure) {
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
            // Dev mode goes on with the next change of a file.
            ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(exitCode, failure);
            return;
        }
        if (failure == null) {
            System.exit(exitCode);
            return;
        }
        List<String> lines = lines(failure);
        if (lines.isEmpty()) {
            LOG.error("Could not start", failure);
            System.exit(exitCode);
        }
        lines.forEach(System.err::println);
        System.exit(BAD_CONFIGURATION);
    }

    /** What to tell a person; nothing when the failure has another cause than the configuration. */
    public List<String> lines(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BadConfiguration bad) {
                return bad.lines();
            }
            Optional<String> line = lineOf.apply(cause);
            if (line.isPresent()) {
                return List.of(oneLine(line.get()));
            }
            if (cause instanceof QuarkusBindException bind) {
                return List.of(
                        "Port %d of %s cannot be listened on: is it in use?".formatted(bind.getPort(), bind.getHost()));
            }
            if (cause instanceof ConfigValidationException validation) {
                return lines(validation);
            }
        }
        return List.of();
    }

    /** A property of a library's that refers to a setting has its value, and is wrong with it: then the setting is to blame. */
    private List<String> lines(ConfigValidationException validation) {
        List<String> own = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (int i = 0; i < validation.getProblemCount(); i++) {
            String problem = validation.getProblem(i).getMessage();
            Matcher property = PROPERTY.matcher(problem);
            boolean isOwn = property.matches() && property.group(1).startsWith(prefix);
            (isOwn ? own : others).add(line(problem));
        }
        return own.isEmpty() ? others : own;
    }

    private String line(String problem) {
        Matcher notConverted = NOT_CONVERTED.matcher(problem);
        if (notConverted.matches()) {
            return "%s=%s: %s"
                    .formatted(
                            variableOf.apply(notConverted.group(1)),
                            oneLine(shortened(withoutSecrets(notConverted.group(2)))),
                            notConverted.group(3));
        }
        Matcher unknown = UNKNOWN.matcher(problem);
        if (unknown.matches()) {
            return unknown.group(1) + ": must not be set, as there is no such setting";
        }
        Matcher missing = MISSING.matcher(problem);
        return missing.matches() ? variableOf.apply(missing.group(1)) + "=: must not be empty" : oneLine(problem);
    }

    /** A URL may contain a user name and a password, before an @ or in its query; with an @ behind a ?, either. */
    private static String withoutSecrets(String value) {
        return value.replaceAll("(?s)^([a-zA-Z]+://)?[^?]*\\?.*@.*", "$1…")
                .replaceAll("(?s)^([a-zA-Z]+://)?.*@", "$1…@")
                .replaceAll("(?s)(//[^?]*)\\?.*", "$1?…");
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?");
    }

    private static String shortened(String value) {
        return value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) + "…" : value;
    }
}
