package dev.sensorline.connections;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineAuthoritiesTest {

    @TempDir
    Path directory;

    @Test
    void the_first_bundle_that_is_there_is_the_machines() throws IOException {
        Path second = Files.createFile(directory.resolve("second.crt"));
        Path third = Files.createFile(directory.resolve("third.crt"));
        assertEquals(
                Optional.of(second),
                MachineAuthorities.first(
                        List.of(directory.resolve("first.crt").toString(), second.toString(), third.toString())));
    }

    @Test
    void where_there_is_no_bundle_the_jdk_decides() {
        assertEquals(
                Optional.empty(),
                MachineAuthorities.first(List.of(directory.resolve("first.crt").toString())));
    }
}
