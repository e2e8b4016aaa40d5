package dev.sensorline.embedded;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Settings of an embedded server, in a file. */
public final class Settings {

    private Settings() {
    }

    /** What is in a file of properties; nothing when there is none. */
    public static Properties read(Path file) throws IOException {
        Properties settings = new Properties();
        if (Files.exists(file)) {
            try (Reader in = Files.newBufferedReader(file)) {
                settings.load(in);
            }
        }
        return settings;
    }
}
