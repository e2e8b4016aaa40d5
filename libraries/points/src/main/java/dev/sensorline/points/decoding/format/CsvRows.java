package dev.sensorline.points.decoding.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.extraction.Utf8;

/**
 * The rows of a payload (RFC 4180). Rows without any text are skipped, and so are blanks around a cell that is not quoted. An
 * invalid row ends with its line. Not thread-safe.
 */
final class CsvRows {

    private final byte[] payload;
    private final char delimiter;
    private final boolean isUtf8;
    private final List<String> cells = new ArrayList<>();
    private int at;
    /** Of the line of the next byte, counted from 1. */
    private int line = 1;

    private int firstLine;
    private boolean hasText;

    CsvRows(byte[] payload, char delimiter) {
        this.payload = payload;
        this.delimiter = delimiter;
        this.isUtf8 = Utf8.isAsciiOrValid(payload);
    }

    /** The cells of the current row. Changed by the next one. */
    List<String> cells() {
        return cells;
    }

    /** The number of the line in which the current row begins, counted from 1. */
    int line() {
        return firstLine;
    }

    /**
     * Moves to the next row, and returns whether there is one.
     *
     * @throws InvalidReadingException if it is invalid; the next one can be read
     */
    boolean next() throws InvalidReadingException {
        do {
            if (at >= payload.length) {
                return false;
            }
            int from = at;
            firstLine = line;
            readRow();
            if (!isUtf8 && !Utf8.isValid(payload, from, Math.min(at, payload.length))) {
                throw new InvalidReadingException(Reason.NOT_UTF8, null);
            }
        } while (!hasText);
        return true;
    }

    private void readRow() throws InvalidReadingException {
        cells.clear();
        hasText = false;
        boolean isComplete = false;
        while (!isComplete) {
            String cell = readCell();
            hasText |= !cell.isEmpty();
            cells.add(cell);
            isComplete = at >= payload.length || payload[at] == '\n';
            line += at < payload.length && payload[at] == '\n' ? 1 : 0;
            at++;
        }
    }

    /** Reads a cell up to its delimiter. */
    private String readCell() throws InvalidReadingException {
        skipBlanks();
        if (at < payload.length && payload[at] == '"') {
            return readQuoted();
        }
        int from = at;
        int to = at;
        while (!isAtEnd()) {
            at++;
            to = isBlank(payload[at - 1]) ? to : at;
        }
        return new String(payload, from, to - from, StandardCharsets.UTF_8);
    }

    private String readQuoted() throws InvalidReadingException {
        int from = at + 1;
        int lineFeeds = 0;
        boolean hasQuotes = false;
        int i = from;
        while (i < payload.length && (payload[i] != '"' || i + 1 < payload.length && payload[i + 1] == '"')) {
            lineFeeds += payload[i] == '\n' ? 1 : 0;
            hasQuotes |= payload[i] == '"';
            i += payload[i] == '"' ? 2 : 1;
        }
        int quote = at;
        at = i + 1;
        skipBlanks();
        if (i >= payload.length || !isAtEnd()) {
            at = quote;
            skipLine();
            throw new InvalidReadingException(
                    Reason.MALFORMED, "a quoted cell that has no end, or more than blanks behind it");
        }
        line += lineFeeds;
        String text = new String(payload, from, i - from, StandardCharsets.UTF_8);
        return hasQuotes ? text.replace("\"\"", "\"") : text;
    }

    private void skipLine() {
        while (at < payload.length && payload[at] != '\n') {
            at++;
        }
        at++;
        line++;
    }

    private void skipBlanks() {
        while (at < payload.length && isBlank(payload[at])) {
            at++;
        }
    }

    private boolean isAtEnd() {
        return at >= payload.length || payload[at] == delimiter || payload[at] == '\n';
    }

    private boolean isBlank(byte b) {
        return b == ' ' || b == '\r' || b == '\t' && delimiter != '\t';
    }
}
