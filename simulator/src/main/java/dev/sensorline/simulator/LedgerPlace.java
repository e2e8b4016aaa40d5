package dev.sensorline.simulator;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a ledger is written to. */
sealed interface LedgerPlace {

    /** A file. */
    record File(Path path) implements LedgerPlace {

        /** As it is configured. */
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** A topic of the broker. */
    record Topic(String name) implements LedgerPlace {

        private static final String PREFIX = "topic:";

        /** As it is configured. */
        @Override
        public String toString() {
            return PREFIX + name;
        }
    }

    /** Empty if the text is neither. */
    static Optional<LedgerPlace> parse(String text) {
        if (text.startsWith(Topic.PREFIX)) {
            return Optional.of(text.substring(Topic.PREFIX.length()))
                    .filter(new SimulatorConfig.Topic()::isAllowed)
                    .map(Topic::new);
        }
        try {
            return Optional.of(Path.of(text))
                    .filter(file -> !Files.isDirectory(file))
                    .map(File::new);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
