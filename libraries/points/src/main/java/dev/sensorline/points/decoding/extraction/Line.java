package dev.sensorline.points.decoding.extraction;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

import dev.sensorline.points.Field;
import dev.sensorline.points.Rejection.Reason;

/**
 * A line of InfluxDB's line protocol: where its series is, its fields, and its time, which it passes to the rule's extractor. What
 * is valid there is valid here; blanks, CRLF, numbers such as {@code +1} and duplicate fields are accepted as well. Only the thread
 * that decodes uses it.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/">Line protocol</a>
 */
public final class Line {

    /** The time that a line takes grows with the square of their number. */
    private static final int MOST_FIELDS = 1_024;
    /** Every number of so many digits is one of 64 bits. */
    private static final int CERTAIN_DIGITS = 18;

    private static final byte[] NOTHING = {};

    private final TimeExtractor time;
    private final LineNames names = new LineNames();
    private final PointFields fields = new PointFields();
    private byte[] payload = NOTHING;
    private int keyFrom;
    private int keyTo;
    private int keyHash;
    private int leftOut;
    private int lineFeeds;
    /** Where the next byte is to be read. */
    private int at;

    Line(TimeExtractor time) {
        this.time = time;
    }

    /**
     * Reads the line that begins at a byte.
     *
     * @param from where a byte is that is not blank
     * @throws InvalidReadingException if it is invalid
     */
    public void read(byte[] ofMessage, int from) throws InvalidReadingException {
        payload = ofMessage;
        fields.clear();
        leftOut = 0;
        lineFeeds = 0;
        at = from;
        readKey();
        skipBlanks();
        readField();
        while (at < payload.length && payload[at] == ',') {
            at++;
            readField();
        }
        skipBlanks();
        if (!isAtEnd()) {
            readTime();
            skipBlanks();
        }
        if (!isAtEnd()) {
            throw malformed("there is more behind the time");
        }
        if (fields.size() == 0) {
            throw new InvalidReadingException(Reason.NO_VALUE, "no field with a valid name");
        }
    }

    /** Moves behind the line that was read last, also if it is invalid, and returns where that is. */
    public int skip() {
        while (!isAtEnd()) {
            at++;
        }
        return Math.min(at + 1, payload.length);
    }

    /** The fields, each with a name of its own. Changed by the next line. */
    public PointFields fields() {
        return fields;
    }

    /** How many fields were left out because of their names. */
    public int leftOut() {
        return leftOut;
    }

    /** How many line feeds the texts have that were read. */
    public int lineFeeds() {
        return lineFeeds;
    }

    /** A hash of the bytes of the series. */
    public int keyHash() {
        return keyHash;
    }

    /** A copy of the bytes of the series: measurement and tags, as they are written. */
    public byte[] key() {
        return Arrays.copyOfRange(payload, keyFrom, keyTo);
    }

    /** Whether the series has the same bytes as another. */
    public boolean hasKey(byte[] other) {
        return Arrays.equals(payload, keyFrom, keyTo, other, 0, other.length);
    }

    private void readKey() throws InvalidReadingException {
        int i = at;
        int hash = 1;
        keyFrom = i;
        while (i < payload.length && (payload[i] != ' ' || payload[i - 1] == '\\')) {
            byte b = payload[i];
            if (b == '\n') {
                break;
            }
            hash = 31 * hash + b;
            i++;
        }
        at = i;
        if (isAtEnd()) {
            throw malformed("no field");
        }
        keyTo = i;
        keyHash = hash;
    }

    private void readField() throws InvalidReadingException {
        int nameFrom = at;
        int i = at;
        int hash = 1;
        while (i < payload.length && payload[i] != '=') {
            byte b = payload[i];
            if (b == ',' || b == ' ' || b == '\n') {
                break;
            }
            hash = 31 * hash + b;
            i++;
            if (b == '\\' && i < payload.length && payload[i] != '\n') {
                hash = 31 * hash + payload[i];
                i++;
            }
        }
        at = i;
        if (i == nameFrom || i == payload.length || payload[i] != '=') {
            throw malformed("a field has no name or no value");
        }
        LineNames.Name name = names.of(payload, nameFrom, i, hash);
        at++;
        String text = name.text();
        Field field = readValue(text == null ? "" : text);
        if (text == null) {
            leftOut++;
        } else {
            fields.put(field, name.hash());
            if (fields.size() > MOST_FIELDS) {
                throw malformed("more than " + MOST_FIELDS + " fields");
            }
        }
    }

    private Field readValue(String name) throws InvalidReadingException {
        if (at < payload.length && payload[at] == '"') {
            return new Field.OfString(name, readString());
        }
        int from = at;
        int i = at;
        while (i < payload.length && payload[i] != ',' && !isBlank(payload[i]) && payload[i] != '\n') {
            i++;
        }
        at = i;
        if (i == from) {
            throw malformed("no value of '" + name + "'");
        }
        byte first = payload[from];
        if (first > '9') {
            return word(name, from);
        }
        try {
            return switch (payload[i - 1]) {
                case 'i' -> new Field.OfInteger(name, integer(from, i - 1));
                // InfluxDB 1.8 has no unsigned integers.
                case 'u' -> new Field.OfInteger(name, unsigned(from, i - 1));
                default -> new Field.OfFloat(name, Decimal.parse(payload, from, i));
            };
        } catch (InvalidReadingException e) {
            throw new InvalidReadingException(e.reason(), "the value of '" + name + "'");
        }
    }

    private Field word(String name, int from) throws InvalidReadingException {
        String word = new String(payload, from, at - from, UTF_8);
        return switch (word) {
            case "t", "T", "true", "True", "TRUE" -> new Field.OfBoolean(name, true);
            case "f", "F", "false", "False", "FALSE" -> new Field.OfBoolean(name, false);
            default -> {
                String detail = "the value of '" + name + "'";
                throw new InvalidReadingException(
                        Decimal.isNotFinite(word) ? Reason.NOT_FINITE : Reason.MALFORMED, detail);
            }
        };
    }

    private long unsigned(int from, int to) throws InvalidReadingException {
        if (payload[from] == '-') {
            throw new InvalidReadingException(Reason.NOT_A_NUMBER, null);
        }
        return integer(from, to);
    }

    private long integer(int start, int to) throws InvalidReadingException {
        int from = payload[start] == '-' ? start + 1 : start;
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = payload[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new InvalidReadingException(Reason.NOT_A_NUMBER, null);
            }
            value = 10 * value + digit;
        }
        if (from == to) {
            throw new InvalidReadingException(Reason.NOT_A_NUMBER, null);
        }
        return to - from <= CERTAIN_DIGITS ? from == start ? value : -value : longInteger(start, to);
    }

    private long longInteger(int from, int to) throws InvalidReadingException {
        try {
            return Long.parseLong(new String(payload, from, to - from, UTF_8));
        } catch (NumberFormatException e) {
            throw new InvalidReadingException(Reason.NOT_A_NUMBER, null);
        }
    }

    /** Reads a text in quotation marks, which may have line feeds. A backslash escapes a quotation mark and itself. */
    private String readString() throws InvalidReadingException {
        int from = at + 1;
        int i = from;
        int feeds = 0;
        boolean hasBackslash = false;
        while (i < payload.length && payload[i] != '"') {
            if (payload[i] == '\\' && i + 1 < payload.length) {
                hasBackslash = true;
                i++;
            }
            feeds += payload[i] == '\n' ? 1 : 0;
            i++;
        }
        // If the text has no end, or is not at its end, the line is taken to end with the next line feed.
        if (i >= payload.length) {
            throw malformed("a text without a closing quotation mark");
        }
        int next = i + 1;
        if (next < payload.length && payload[next] != ',' && !isBlank(payload[next]) && payload[next] != '\n') {
            throw malformed("there is more behind a text");
        }
        at = next;
        lineFeeds += feeds;
        String text = new String(payload, from, i - from, UTF_8);
        return hasBackslash ? text.replaceAll("\\\\([\"\\\\])", "$1") : text;
    }

    private void readTime() throws InvalidReadingException {
        int from = at;
        int i = payload[from] == '-' ? from + 1 : from;
        long units = 0;
        boolean isWhole = true;
        while (i < payload.length && !isBlank(payload[i]) && payload[i] != '\n') {
            int digit = payload[i] - '0';
            isWhole &= digit >= 0 && digit <= 9;
            units = 10 * units + digit;
            i++;
        }
        at = i;
        int digits = payload[from] == '-' ? i - from - 1 : i - from;
        if (isWhole && digits > 0 && digits <= CERTAIN_DIGITS + 1 && units >= 0) {
            time.extractUnits(payload[from] == '-' ? -units : units);
        } else {
            time.extractText(new String(payload, from, i - from, UTF_8));
        }
        time.requireValid();
    }

    private void skipBlanks() {
        while (at < payload.length && isBlank(payload[at])) {
            at++;
        }
    }

    private boolean isAtEnd() {
        return at >= payload.length || payload[at] == '\n';
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private static InvalidReadingException malformed(String why) {
        return new InvalidReadingException(Reason.MALFORMED, why);
    }
}
