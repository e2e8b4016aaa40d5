package dev.sensorline.points.decoding.format;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.decoding.tokens.Tokens;

/**
 * Resolves the records of a SenML pack (RFC 8428, 4.6): base values are added, and times are seconds since 1970. A record that is not
 * valid is left out, and so is one that has only base values.
 */
final class SenmlPack {

    /** In the order of their integers in CBOR (RFC 8428, table 4). */
    private enum Label {
        BVER(-1),
        BN(-2),
        BT(-3),
        BU(-4),
        BV(-5),
        BS(-6),
        N(0),
        U(1),
        V(2),
        VS(3),
        VB(4),
        S(5),
        T(6),
        UT(7),
        VD(8);

        private final String integer;

        Label(int integer) {
            this.integer = Integer.toString(integer);
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Map<String, Label> by(Function<Label, String> key) {
            return Stream.of(values()).collect(Collectors.toMap(key, Function.identity()));
        }
    }

    /** Says why a record is left out. */
    private static final class InvalidRecordException extends Exception {

        private static final long serialVersionUID = 1;

        InvalidRecordException(String why) {
            super(why, null, false, false);
        }
    }

    private static final Map<String, Label> JSON_LABELS = Label.by(Label::text);
    /** Some senders write the texts in CBOR as well. */
    private static final Map<String, Label> CBOR_LABELS = new HashMap<>(JSON_LABELS);

    static {
        CBOR_LABELS.putAll(Label.by(label -> label.integer));
    }

    /** RFC 8428, 4.5.1. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:./_-]*");
    /** Each record has the whole name, of which a pack says most only once. */
    private static final int LONGEST_NAME = 1_024;
    /** Of what this specifies (RFC 8428, 4.4). */
    private static final int VERSION = 10;
    /** Times below it are relative to now (RFC 8428, 4.5.3). */
    private static final BigDecimal FIRST_ABSOLUTE = BigDecimal.valueOf(1 << 28);

    private static final int NANO_DIGITS = 9;
    /** Beyond it, a decimal is neither a time nor a float of 64 bits, and sums would have as many digits. */
    private static final int MOST_DIGITS = 400;

    private static final int MOST_BITS = 1_024;
    private static final String OUT_OF_RANGE = "a number out of range";
    /** Of an unknown label, in messages. */
    private static final int LONGEST_LABEL = 64;

    private final Map<String, Label> labels;
    private final LongSupplier arrivalNanos;
    private final Tokens resolved;
    private final Map<Label, Object> base = new EnumMap<>(Label.class);
    private final Map<Label, Object> record = new EnumMap<>(Label.class);
    private int records;
    private int resolvedRecords;
    private int invalid;
    private @Nullable String problem;

    /**
     * A pack that begins.
     *
     * @param arrivalNanos the time that others are relative to
     * @param resolved     gets the resolved records
     */
    SenmlPack(boolean isCbor, LongSupplier arrivalNanos, Tokens resolved) {
        this.labels = isCbor ? CBOR_LABELS : JSON_LABELS;
        this.arrivalNanos = arrivalNanos;
        this.resolved = resolved;
    }

    /** Why records have been left out; null if none has. */
    @Nullable
    String problem() {
        return invalid > 1 ? problem + " (and " + (invalid - 1) + " more)" : problem;
    }

    /** Whether there are any resolved records. */
    boolean isResolved() {
        return resolvedRecords > 0;
    }

    /** Resolves the records of the array, or the single record, that begins at the parser's current token. */
    void resolve(JsonParser parser, JsonToken token) throws IOException {
        resolved.clear();
        resolved.startArray();
        if (token == JsonToken.START_OBJECT) {
            resolveNext(parser, token);
        } else {
            for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                resolveNext(parser, next);
            }
        }
        resolved.endArray();
    }

    private void resolveNext(JsonParser parser, JsonToken token) throws IOException {
        try {
            read(parser, token);
            resolveRecord();
        } catch (InvalidRecordException e) {
            problem = problem == null ? "/" + records + ": " + e.getMessage() : problem;
            invalid++;
        }
        records++;
    }

    /** Reads a whole record, whether it is valid or not. */
    private void read(JsonParser parser, JsonToken token) throws IOException, InvalidRecordException {
        record.clear();
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            throw new InvalidRecordException("not a record");
        }
        InvalidRecordException failure = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            Label label = labels.get(name);
            JsonToken value = parser.nextToken();
            try {
                if (label == null && name.endsWith("_")) { // RFC 8428, 4.4
                    throw new InvalidRecordException(
                            "'" + name.substring(0, Math.min(name.length(), LONGEST_LABEL)) + "' must be understood");
                }
                if (label != null && value != JsonToken.VALUE_NULL) {
                    record.put(label, value(label, parser, value));
                }
            } catch (InvalidRecordException e) {
                failure = e;
            }
            parser.skipChildren();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static Object value(Label label, JsonParser parser, JsonToken token)
            throws IOException, InvalidRecordException {
        boolean isOfType = switch (label) {
            case BN, BU, N, U, VS -> token == JsonToken.VALUE_STRING;
            case VD -> token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_EMBEDDED_OBJECT;
            case VB -> token.isBoolean();
            default -> token.isNumeric();
        };
        if (!isOfType) {
            throw new InvalidRecordException("'" + label.text() + "' is of another type");
        }
        return switch (token) {
            case VALUE_STRING -> parser.getText();
            case VALUE_EMBEDDED_OBJECT -> // As in JSON (RFC 8428, 5).
                Base64.getUrlEncoder().withoutPadding().encodeToString(parser.getBinaryValue());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> number(label, parser, token);
        };
    }

    private static Number number(Label label, JsonParser parser, JsonToken token)
            throws IOException, InvalidRecordException {
        Number number = parser.getNumberValue();
        BigInteger digits = number instanceof BigInteger integer
                ? integer
                : number instanceof BigDecimal decimal ? decimal.unscaledValue() : BigInteger.ZERO;
        if (digits.bitLength() > MOST_BITS) {
            throw new InvalidRecordException(OUT_OF_RANGE);
        }
        boolean isTime = label == Label.T || label == Label.BT; // It has more digits than a float.
        return isTime && token == JsonToken.VALUE_NUMBER_FLOAT ? decimal(parser.getText()) : number;
    }

    private void resolveRecord() throws InvalidRecordException {
        for (Label label : Label.values()) {
            Object value = record.get(label);
            if (value != null && label.compareTo(Label.BS) <= 0) {
                base.put(label, value);
            }
        }
        if (base.get(Label.BVER) instanceof Number version && version.doubleValue() > VERSION) {
            throw new InvalidRecordException("version " + version + " of SenML is not known");
        }
        boolean hasOtherValue =
                record.containsKey(Label.VS) || record.containsKey(Label.VB) || record.containsKey(Label.VD);
        Number sum = sum(Label.BS, Label.S);
        Number value = hasOtherValue || sum != null && !record.containsKey(Label.V) ? null : sum(Label.BV, Label.V);
        if (value == null && sum == null && !hasOtherValue) {
            return;
        }
        if (Stream.of(Label.V, Label.VS, Label.VB, Label.VD)
                        .filter(record::containsKey)
                        .count()
                > 1) {
            throw new InvalidRecordException("more than one value");
        }
        write(name(), value, sum, time());
    }

    private void write(String name, @Nullable Number value, @Nullable Number sum, @Nullable BigDecimal time) {
        resolvedRecords++;
        resolved.startObject().name("n").text(name);
        String unit = text(record.getOrDefault(Label.U, base.getOrDefault(Label.BU, "")));
        if (!unit.isEmpty()) {
            resolved.name("u").text(unit);
        }
        writeNumber("v", value);
        for (Label label : new Label[] {Label.VS, Label.VD}) {
            if (record.get(label) instanceof String text) {
                resolved.name(label.text()).text(text);
            }
        }
        if (record.get(Label.VB) instanceof Boolean truth) {
            resolved.name("vb").bool(truth);
        }
        writeNumber("s", sum);
        writeNumber("t", time);
        writeNumber("ut", record.get(Label.UT) instanceof Number update ? update : null);
        resolved.endObject();
    }

    private void writeNumber(String name, @Nullable Number number) {
        if (number != null) {
            resolved.name(name).number(number);
        }
    }

    private String name() throws InvalidRecordException {
        String prefix = text(base.get(Label.BN));
        String rest = text(record.get(Label.N));
        if (prefix.length() + rest.length() > LONGEST_NAME) {
            throw new InvalidRecordException("a name of more than " + LONGEST_NAME + " characters");
        }
        String name = prefix + rest;
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRecordException(
                    name.isEmpty() ? "no name" : "a name with other characters than A-Z a-z 0-9 - : . / _");
        }
        return name;
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    /** The sum of a base value and a value; null if there is neither. */
    private @Nullable Number sum(Label ofBase, Label own) throws InvalidRecordException {
        Number value = (Number) record.get(own);
        Number start = (Number) base.get(ofBase);
        if (start == null) {
            return value;
        }
        return value == null ? start : decimal(start.toString()).add(decimal(value.toString()));
    }

    /** In seconds since 1970; null if it is the time of arrival. */
    private @Nullable BigDecimal time() throws InvalidRecordException {
        Number own = sum(Label.BT, Label.T);
        BigDecimal time = own == null ? BigDecimal.ZERO : decimal(own.toString());
        if (time.signum() == 0) {
            return null;
        }
        BigDecimal absolute = time.compareTo(FIRST_ABSOLUTE) < 0
                // Of records without a time each has that of its own arrival, a nanosecond later, and so have these.
                ? time.add(BigDecimal.valueOf(arrivalNanos.getAsLong() + resolvedRecords, NANO_DIGITS))
                : time;
        return absolute.scale() > NANO_DIGITS ? absolute.setScale(NANO_DIGITS, RoundingMode.DOWN) : absolute;
    }

    /** The exact value of a number, not of the nearest float. */
    private static BigDecimal decimal(String number) throws InvalidRecordException {
        try {
            BigDecimal decimal = number.length() > MOST_DIGITS ? null : new BigDecimal(number);
            if (decimal != null && Math.abs((long) decimal.scale()) <= MOST_DIGITS) {
                return decimal;
            }
        } catch (NumberFormatException e) {
            // Not finite, or with an exponent of more than 32 bits.
        }
        throw new InvalidRecordException(OUT_OF_RANGE);
    }
}
