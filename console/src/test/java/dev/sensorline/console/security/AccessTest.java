package dev.sensorline.console.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.console.settings.Configured;

class AccessTest {

    private static final String TOKEN = "abcdefghijklmnop0123456789";

    @TempDir
    private Path directory;

    private static String basic(String login) {
        return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
    }

    private static Access access(String... variables) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            given.put(variables[i], variables[i + 1]);
        }
        return Access.of(Configured.config(given));
    }

    private String token(String content) throws IOException {
        return Files.writeString(directory.resolve("token"), content).toString();
    }

    @Test
    void anybody_may_read_unless_it_is_switched_on() {
        assertTrue(access().isGranted(null));
        assertTrue(access().isGranted("Basic x"));
    }

    @Test
    void the_user_and_the_password_are_asked_for() {
        Access access = access("CONSOLE_USER", "lab", "CONSOLE_PASSWORD", "s3:cret ü");
        assertTrue(access.isGranted(basic("lab:s3:cret ü")));
        assertTrue(access.isGranted(basic("lab:s3:cret ü").replace("Basic", "bAsIc")));
        assertFalse(access.isGranted(basic("lab:s3:cret")));
        assertFalse(access.isGranted(basic("lab")));
        assertFalse(access.isGranted("Basic %%%"));
        assertFalse(access.isGranted("Bearer " + TOKEN));
        assertFalse(access.isGranted(null));
        assertTrue(access.challenge().startsWith("Basic "));
        assertFalse(access.isAskedForByPage());
    }

    @Test
    void the_token_of_the_file_is_asked_for() throws IOException {
        Access access = access("CONSOLE_TOKEN_FILE", token(TOKEN + "\n"));
        assertTrue(access.isGranted("Bearer " + TOKEN));
        assertFalse(access.isGranted("Bearer " + TOKEN + "x"));
        assertFalse(access.isGranted("Bearer"));
        assertFalse(access.isGranted(basic("lab:" + TOKEN)));
        assertTrue(access.isAskedForByPage());
    }

    @Test
    void settings_that_contradict_each_other_are_one_line_without_the_secret() throws IOException {
        assertRefused("CONSOLE_USER and CONSOLE_PASSWORD: must be set together", "CONSOLE_USER", "lab");
        assertRefused("CONSOLE_USER and CONSOLE_PASSWORD: must be set together", "CONSOLE_PASSWORD", "s3cret");
        assertRefused(
                "CONSOLE_USER: must be a name without a colon", "CONSOLE_USER", "a:b", "CONSOLE_PASSWORD", "s3cret");
        String file = token(TOKEN);
        assertRefused(
                "CONSOLE_TOKEN_FILE=" + file + ": must not be set together with CONSOLE_USER",
                "CONSOLE_TOKEN_FILE",
                file,
                "CONSOLE_USER",
                "lab",
                "CONSOLE_PASSWORD",
                "s3cret");
        assertRefused(
                "CONSOLE_TOKEN_FILE=" + token("short")
                        + ": must have a token of at least 16 letters, digits and ._~+/-",
                "CONSOLE_TOKEN_FILE",
                file);
    }

    private static void assertRefused(String line, String... variables) {
        assertEquals(
                line,
                assertThrows(BadConfiguration.class, () -> access(variables)).getMessage());
    }
}
