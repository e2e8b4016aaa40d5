package dev.sensorline.rulesettings;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesFileTest {

    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void file() throws IOException {
        path = directory.resolve("application.properties");
        Files.writeString(path, "a");
    }

    /** At a look, and at none after it. */
    private static void assertNoChange(RulesFile file) {
        assertFalse(file.hasChanged());
        assertFalse(file.hasChanged());
        assertFalse(file.hasChanged());
    }

    private static void assertOneChange(RulesFile file) {
        assertFalse(file.hasChanged(), "it may still be being written");
        assertTrue(file.hasChanged());
        assertNoChange(file);
    }

    @Test
    void another_content_that_stays_until_the_next_look_is_one_change() throws IOException {
        RulesFile file = new RulesFile(path);
        assertNoChange(file);
        Files.writeString(path, "b");
        assertOneChange(file);
    }

    @Test
    void a_file_that_is_being_written_is_read_when_it_is_complete() throws IOException {
        RulesFile file = new RulesFile(path);
        for (String part : new String[] {"", "b", "bb"}) {
            Files.writeString(path, part);
            assertFalse(file.hasChanged());
        }
        assertTrue(file.hasChanged());
    }

    @Test
    void the_time_of_a_file_is_no_change_and_a_content_of_the_same_size_and_time_is_one() throws IOException {
        RulesFile file = new RulesFile(path);
        FileTime time = FileTime.fromMillis(1_700_000_000_000L);
        Files.setLastModifiedTime(path, time);
        assertNoChange(file);
        Files.writeString(path, "b");
        Files.setLastModifiedTime(path, time);
        assertOneChange(file);
    }

    @Test
    void a_link_in_the_path_that_is_replaced_is_a_change_if_the_content_is_another() throws IOException {
        Path data = directory.resolve("..data");
        for (String version : new String[] {"v1", "v2", "v3"}) {
            Files.createDirectory(directory.resolve(version));
        }
        Files.writeString(directory.resolve("v1").resolve("rules"), "a");
        Files.writeString(directory.resolve("v2").resolve("rules"), "a");
        Files.writeString(directory.resolve("v3").resolve("rules"), "b");
        Files.createSymbolicLink(data, Path.of("v1"));
        RulesFile file = new RulesFile(data.resolve("rules"));
        replace(data, "v2");
        assertNoChange(file);
        replace(data, "v3");
        assertOneChange(file);
    }

    private void replace(Path link, String target) throws IOException {
        Path next = Files.createSymbolicLink(directory.resolve("..next"), Path.of(target));
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void a_file_that_disappears_changes_nothing_nor_does_the_same_content_when_it_is_back() throws IOException {
        RulesFile file = new RulesFile(path);
        Files.delete(path);
        assertNoChange(file);
        Files.writeString(path, "a");
        assertNoChange(file);
        Files.delete(path);
        assertNoChange(file);
        Files.writeString(path, "b");
        assertOneChange(file);
    }

    @Test
    void a_file_that_was_not_there_at_the_start_is_a_change() throws IOException {
        Files.delete(path);
        RulesFile file = new RulesFile(path);
        assertNoChange(file);
        Files.writeString(path, "b");
        assertOneChange(file);
    }

    @Test
    void what_has_been_read_otherwise_is_no_change_any_more() throws IOException {
        RulesFile file = new RulesFile(path);
        Files.writeString(path, "b");
        assertFalse(file.hasChanged());
        file.isRead();
        assertNoChange(file);
    }
}
