package dev.sensorline.application;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** A secret that stands in a variable or, named by the variable with {@code _FILE} at its end, in a file. */
public final class Secret {

    /** Editors and commands end the last line of a file with it. */
    private static final Pattern LINE_BREAK = Pattern.compile("\\r?\\n\\z");

    private Secret() {}

    /**
     * The secret as it is set. A file is read without the one line break at its end; blanks belong to the secret.
     *
     * @param variable the name of the variable, for messages
     * @throws BadConfiguration when both are given or the file cannot be read
     */
    public static Optional<String> read(String variable, Optional<String> value, Optional<Path> file) {
        if (value.isPresent() && file.isPresent()) {
            throw new BadConfiguration(
                    "%s_FILE=%s: must not be set together with %s".formatted(variable, file.get(), variable));
        }
        return file.map(path -> content(variable, path)).or(() -> value);
    }

    private static String content(String variable, Path file) {
        try {
            return LINE_BREAK.matcher(Files.readString(file)).replaceFirst("");
        } catch (IOException e) {
            throw new BadConfiguration("%s_FILE=%s: must be a file that can be read".formatted(variable, file));
        }
    }
}
