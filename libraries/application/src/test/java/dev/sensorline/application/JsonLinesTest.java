package dev.sensorline.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;

import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

class JsonLinesTest {

    @Test
    void a_record_is_an_object_on_one_line() {
        ExtLogRecord record = record("Is \"not\" connected:\n\tC:\\x \u0001 ü");
        assertEquals(
                "{\"timestamp\":\"2026-01-31T12:00:00.123Z\",\"level\":\"WARN\",\"loggerName\":\"dev.sensorline.X\","
                        + "\"threadName\":\"main\",\"message\":\"Is \\\"not\\\" connected:\\n\\tC:\\\\x \\u0001 ü\"}\n",
                new JsonLines().format(record));
    }

    @Test
    void an_exception_is_a_member_of_the_same_line() {
        ExtLogRecord record = record("fails");
        record.setThrown(new IllegalStateException("at once"));
        String line = new JsonLines().format(record);
        assertTrue(line.contains("\"stackTrace\":\"java.lang.IllegalStateException: at once\\n"), line);
        assertEquals(line.length() - 1, line.indexOf('\n'));
    }

    private static ExtLogRecord record(String message) {
        ExtLogRecord record = new ExtLogRecord(Level.WARN, message, JsonLinesTest.class.getName());
        record.setLoggerName("dev.sensorline.X");
        record.setThreadName("main");
        record.setInstant(Instant.parse("2026-01-31T12:00:00.123Z"));
        return record;
    }
}
