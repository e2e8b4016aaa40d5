package dev.sensorline.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencedFilesTest {

    @TempDir
    private Path directory;

    private ReferencedFiles files = new ReferencedFiles(Path.of("fleet.yaml"));

    @BeforeEach
    void nameFleetFile() {
        files = new ReferencedFiles(directory.resolve("fleet.yaml"));
    }

    @Test
    void a_path_is_relative_to_the_directory_of_the_fleet_file_or_absolute() throws IOException {
        Path data = Files.createDirectory(directory.resolve("data"));
        Path file = Files.writeString(data.resolve("press.csv"), "at;°C\n");
        assertEquals("at;°C\n", files.read("data/press.csv"));
        assertEquals("at;°C\n", files.read(file.toString()));
    }

    @Test
    void what_cannot_be_read_has_a_reason() throws IOException {
        assertEquals("there is no such file", reason("none.csv"));
        assertEquals("Is a directory", reason("."));
        assertEquals("it is no path", reason("a\0b"));
        Files.write(directory.resolve("latin1.csv"), new byte[] {(byte) 0xfc});
        assertEquals("it is not UTF-8", reason("latin1.csv"));
    }

    @Test
    void a_file_that_is_too_long_is_refused() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("long.csv").toFile(), "rw")) {
            file.setLength(ReferencedFiles.MOST_BYTES + 1L);
        }
        assertEquals("it has more than 32 MiB", reason("long.csv"));
    }

    private String reason(String path) {
        return assertThrows(IOException.class, () -> files.read(path)).getMessage();
    }
}
