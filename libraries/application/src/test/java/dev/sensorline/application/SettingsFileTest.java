package dev.sensorline.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

class SettingsFileTest {

    @TempDir
    Path directory;

    @Test
    void the_file_stands_above_what_is_built_in_and_below_the_variables() throws IOException {
        Path config = Files.createDirectory(directory.resolve("config"));
        Files.writeString(config.resolve("application.properties"), "sim.name=of the file\nsim.period=5\n");
        SmallRyeConfig settings = settings();
        assertEquals("of the file", settings.getRawValue("sim.name"));
        assertEquals("7", settings.getRawValue("sim.period"));
        assertEquals("1", settings.getRawValue("sim.qos"));
    }

    @Test
    void there_need_be_no_file() {
        assertEquals("built in", settings().getRawValue("sim.name"));
    }

    @Test
    void a_directory_in_the_place_of_the_file_is_refused() throws IOException {
        Path file = Files.createDirectories(directory.resolve("config").resolve("application.properties"));
        BadConfiguration refused = assertThrows(BadConfiguration.class, this::settings);
        assertEquals(
                file
                        + ": is a directory, must be a file; Docker and Kubernetes make a directory of a mounted file that does not exist",
                refused.getMessage());
    }

    private SmallRyeConfig settings() {
        return new SmallRyeConfigBuilder()
                .withCustomizers(new SettingsFile(directory))
                .withDefaultValues(Map.of("sim.name", "built in", "sim.qos", "1"))
                .withSources(new EnvConfigSource(Map.of("SIM_PERIOD", "7"), EnvConfigSource.ORDINAL))
                .build();
    }
}
