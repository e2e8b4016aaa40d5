package dev.sensorline.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SecretTest {

    @TempDir
    Path directory;

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("s3cret", "s3cret"),
                Arguments.of("s3cret\n", "s3cret"),
                Arguments.of("s3cret\r\n", "s3cret"),
                Arguments.of(" s3 cret \t\n", " s3 cret \t"),
                Arguments.of("s3cret\n\n", "s3cret\n"),
                Arguments.of("pa$$w0rd ${HOME} x${\n", "pa$$w0rd ${HOME} x${"),
                Arguments.of("\n", ""));
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_file_is_the_secret_without_the_line_break_at_its_end(String content, String secret) throws IOException {
        Path file = Files.writeString(directory.resolve("password"), content);
        assertEquals(Optional.of(secret), Secret.read("SIM_PASSWORD", Optional.empty(), Optional.of(file)));
    }

    @Test
    void a_file_that_is_not_there_is_refused() {
        Path file = directory.resolve("none");
        BadConfiguration missing = assertThrows(
                BadConfiguration.class, () -> Secret.read("SIM_PASSWORD", Optional.empty(), Optional.of(file)));
        assertEquals("SIM_PASSWORD_FILE=" + file + ": must be a file that can be read", missing.getMessage());
    }

    @Test
    void a_secret_in_two_places_is_refused() {
        Path file = directory.resolve("password");
        BadConfiguration twice = assertThrows(
                BadConfiguration.class, () -> Secret.read("SIM_PASSWORD", Optional.of("s3cret"), Optional.of(file)));
        assertEquals("SIM_PASSWORD_FILE=" + file + ": must not be set together with SIM_PASSWORD", twice.getMessage());
    }
}
