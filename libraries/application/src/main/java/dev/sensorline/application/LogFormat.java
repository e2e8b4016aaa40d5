package dev.sensorline.application;

import java.util.List;
import java.util.Optional;
import java.util.logging.Formatter;

import dev.sensorline.application.Settings.Choice;

/** How the log is written. */
public enum LogFormat {

    /** A line for people. */
    TEXT,
    /** A JSON object on each line. */
    JSON;

    /** The formatter, where it is not the one that Quarkus has set up. */
    Optional<Formatter> formatter() {
        return this == JSON ? Optional.of(new JsonLines()) : Optional.empty();
    }

    /** Reads the setting. */
    public static final class Name extends Choice<LogFormat> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<LogFormat> values() {
            return List.of(LogFormat.values());
        }

        @Override
        public LogFormat convert(String text) {
            return super.convert(text);
        }
    }
}
