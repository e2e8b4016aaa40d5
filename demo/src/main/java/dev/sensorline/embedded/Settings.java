package dev.sensorline.embedded;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Reads the settings of an embedded server from a file. */
public final class Settings {

    private Settings() {}

    /** The properties in a file; none if the file does not exist. */
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
