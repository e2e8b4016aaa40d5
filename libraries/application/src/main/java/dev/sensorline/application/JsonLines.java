package dev.sensorline.application;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

/**
 * Writes a log record as a JSON object on a line of its own (RFC 8259), with the names that quarkus-logging-json gives its members.
 * That extension would add a JSON library to each executable.
 */
final class JsonLines extends ExtFormatter {

    @Override
    public String format(ExtLogRecord record) {
        StringBuilder line = new StringBuilder(200).append('{');
        member(line, "timestamp", record.getInstant().toString());
        member(line.append(','), "level", record.getLevel().getName());
        member(line.append(','), "loggerName", record.getLoggerName());
        member(line.append(','), "threadName", record.getThreadName());
        member(line.append(','), "message", formatMessage(record));
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            member(line.append(','), "stackTrace", trace.toString());
        }
        return line.append("}\n").toString();
    }

    private static void member(StringBuilder line, String name, String value) {
        line.append('"').append(name).append("\":\"");
        String text = String.valueOf(value);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> line.append('\\').append(c);
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (c < ' ') {
                        line.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        line.append('"');
    }
}
