package dev.sensorline.points.decoding.format;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.Blanks;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.extraction.Line;
import dev.sensorline.points.decoding.extraction.Utf8;

/** Lines of InfluxDB's line protocol, comments and blank lines. An invalid line is set aside, and the others are read. */
public final class LineFormat implements PayloadFormat {

    @Override
    public boolean accepts(byte firstByte, CompiledRule rule) {
        return rule.line() != null;
    }

    @Override
    public void extract(byte[] payload, Documents documents) throws InvalidReadingException {
        boolean isUtf8 = Utf8.isAsciiOrValid(payload);
        boolean isEmpty = true;
        int number = 1;
        int at = 0;
        while (at < payload.length) {
            byte first = payload[at];
            if (first == '\n') {
                number++;
                at++;
            } else if (Blanks.isBlank(first) || first == 0) {
                at++;
            } else if (first == '#') {
                at = endOfComment(payload, at);
            } else {
                isEmpty = false;
                Line line = Objects.requireNonNull(documents.begin(false).line());
                InvalidReadingException problem = read(line, payload, at);
                int end = line.skip();
                if (problem == null && !isUtf8 && !Utf8.isValid(payload, at, end)) {
                    problem = new InvalidReadingException(Reason.NOT_UTF8, null);
                }
                if (problem == null) {
                    documents.endLine(number);
                } else {
                    documents.rejectLine(number, problem);
                }
                number += 1 + line.lineFeeds();
                at = end;
            }
        }
        if (isEmpty) {
            documents.foundNothing();
        }
    }

    /** Reads a line, and returns why it is invalid; null if it is valid. */
    private static @Nullable InvalidReadingException read(Line line, byte[] payload, int from) {
        try {
            line.read(payload, from);
            return null;
        } catch (InvalidReadingException e) {
            return e;
        }
    }

    private static int endOfComment(byte[] payload, int from) {
        int at = from;
        while (at < payload.length && payload[at] != '\n') {
            at++;
        }
        return at;
    }
}
