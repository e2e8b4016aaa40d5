package dev.sensorline.points.decoding.format;

import java.io.IOException;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/** Says what a parser found wrong, and where. */
final class ParserMessage {

    /** How the parser names a place in a text: {@code [Source: REDACTED (…); line: 1, column: 2]}. */
    private static final Pattern PLACE = Pattern.compile("\\[Source: [^\\]]*?line: (\\d+), column: (\\d+)]");

    private static final Pattern PLACE_OF_BYTE = Pattern.compile("\\[Source: [^\\]]*?byte offset: #?(\\d+)]");

    private ParserMessage() {}

    static @Nullable String of(IOException failure) {
        if (!(failure instanceof JsonProcessingException parsing)) {
            return failure.getMessage();
        }
        String message = parsing.getOriginalMessage();
        if (message == null) {
            return null;
        }
        message = PLACE.matcher(message).replaceAll("line $1, column $2");
        message = PLACE_OF_BYTE.matcher(message).replaceAll("byte $1");
        return message + place(parsing.getLocation());
    }

    private static String place(@Nullable JsonLocation location) {
        if (location == null) {
            return "";
        }
        if (location.getLineNr() > 0) {
            return " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
        }
        return location.getByteOffset() < 0 ? "" : " (byte %d)".formatted(location.getByteOffset());
    }
}
