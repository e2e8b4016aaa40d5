package dev.sensorline.points.decoding.extraction;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.Field;
import dev.sensorline.points.Hash64;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Series;
import dev.sensorline.points.rules.DecimalMark;
import dev.sensorline.points.rules.FieldType;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Source.Member;

/** Extracts a field of one type, and converts values of other types if the source is not strict. */
public abstract class FieldExtractor extends Extractor {

    private final long nameHash;

    private FieldExtractor(Rule.Field field) {
        super(field.name(), field.source() instanceof Member member && member.isStrict(), field.isOptional());
        this.nameHash = Hash64.of(field.name());
    }

    /** The hash of the field's name. */
    public final long nameHash() {
        return nameHash;
    }

    /** An extractor for the type of a field. */
    public static FieldExtractor of(Rule.Field field) {
        return switch (field.type()) {
            case FLOAT -> field.decimalMark() == DecimalMark.POINT ? new OfFloat(field) : new OfQuantity(field, false);
            case QUANTITY -> new OfQuantity(field, true);
            case INTEGER -> new OfInteger(field);
            case BOOLEAN, BIT -> new OfBoolean(field);
            case STRING -> new OfString(field);
        };
    }

    /** The field with the value of the current reading, which must be present. */
    public abstract Field field();

    /** Extracts the value from a text, such as a level of the topic. */
    public abstract void extractText(String text);

    /** Extracts the value from a payload that contains nothing else. */
    public void extractPlain(byte[] payload) {
        if (Utf8.isValid(payload)) {
            extractText(new String(payload, StandardCharsets.UTF_8).strip());
        } else {
            reject(Reason.NOT_UTF8, null);
        }
    }

    /** Extracts the value from a payload that is a single value, at the parser's current token. */
    public final void extractBare(JsonParser parser, JsonToken token) throws IOException {
        extract(parser, token);
    }

    @Override
    final void extractValue(JsonParser parser, JsonToken token) throws IOException {
        if (extractExpected(parser, token)) {
            return;
        }
        if (token.isScalarValue() && token != JsonToken.VALUE_EMBEDDED_OBJECT && !isStrict()) {
            extractText(parser.getText());
        } else {
            reject(Reason.NO_VALUE);
        }
    }

    /** Extracts a value of the JSON type that belongs to the type of the field, and returns whether the value has it. */
    abstract boolean extractExpected(JsonParser parser, JsonToken token) throws IOException;

    /** Rejects a value that is not of the type of the field. */
    final void reject(Reason reason) {
        reject(reason, missing());
    }

    /** Says that the field has no value of its type. */
    final String missing() {
        return "no " + expected() + " '" + name() + "'";
    }

    /** The value that is expected, for messages. */
    abstract String expected();

    /** Extracts a float: a JSON number or a plain decimal. */
    public static final class OfFloat extends FieldExtractor {

        private double value;

        private OfFloat(Rule.Field field) {
            super(field);
        }

        /** The value of the current reading, finite. */
        public double value() {
            return value;
        }

        @Override
        public Field field() {
            return new Field.OfFloat(name(), value);
        }

        @Override
        boolean extractExpected(JsonParser parser, JsonToken token) throws IOException {
            if (!token.isNumeric()) {
                return false;
            }
            value = parser.getDoubleValue();
            if (!Double.isFinite(value)) {
                reject(Decimal.notFinite());
            } else {
                accept();
            }
            return true;
        }

        @Override
        public void extractText(String text) {
            extractPlain(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void extractPlain(byte[] payload) {
            try {
                value = Decimal.parse(payload);
                accept();
            } catch (InvalidReadingException e) {
                reject(e);
            }
        }

        @Override
        String expected() {
            return "number";
        }
    }

    /** Extracts a float: a JSON number, or a text with a decimal comma or a unit, as the rule says. */
    static final class OfQuantity extends FieldExtractor {

        private final DecimalMark decimalMark;
        private final boolean mayHaveUnit;
        private double value;

        private OfQuantity(Rule.Field field, boolean mayHaveUnit) {
            super(field);
            this.decimalMark = field.decimalMark();
            this.mayHaveUnit = mayHaveUnit;
        }

        @Override
        public Field field() {
            return new Field.OfFloat(name(), value);
        }

        @Override
        boolean extractExpected(JsonParser parser, JsonToken token) throws IOException {
            if (!token.isNumeric()) {
                return false;
            }
            value = parser.getDoubleValue();
            if (!Double.isFinite(value)) {
                reject(Decimal.notFinite());
            } else {
                accept();
            }
            return true;
        }

        @Override
        public void extractText(String text) {
            try {
                value = Quantity.parse(text, decimalMark, mayHaveUnit);
                accept();
            } catch (InvalidReadingException e) {
                reject(e);
            }
        }

        @Override
        String expected() {
            return mayHaveUnit ? "number with a unit" : "number";
        }
    }

    /** Extracts a 64-bit integer: a number without a fraction other than zero. */
    static final class OfInteger extends FieldExtractor {

        /** Every whole number below this one is exact as a double, and no other number becomes one of them. */
        private static final double FIRST_INEXACT = 1L << 53;

        private final DecimalMark decimalMark;
        private long value;

        private OfInteger(Rule.Field field) {
            super(field);
            this.decimalMark = field.decimalMark();
        }

        @Override
        public Field field() {
            return new Field.OfInteger(name(), value);
        }

        @Override
        boolean extractExpected(JsonParser parser, JsonToken token) throws IOException {
            if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != NumberType.BIG_INTEGER) {
                value = parser.getLongValue();
                accept();
                return true;
            }
            if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                double number = parser.getDoubleValue();
                if (Math.abs(number) < FIRST_INEXACT && number == Math.rint(number)) {
                    value = (long) number;
                    accept();
                    return true;
                }
            }
            if (token.isNumeric()) {
                extractWhole(parser.getText());
            }
            return token.isNumeric();
        }

        @Override
        public void extractText(String text) {
            extractWhole(decimalMark.toPoint(text));
        }

        private void extractWhole(String number) {
            try {
                value = Decimal.parseWhole(number);
                accept();
            } catch (ArithmeticException e) {
                reject(Reason.NOT_A_NUMBER);
            } catch (InvalidReadingException e) {
                reject(e.reason());
            }
        }

        @Override
        String expected() {
            return "whole number of 64 bits";
        }
    }

    /** Extracts a boolean: true or false, or one of the {@link Words}. */
    static final class OfBoolean extends FieldExtractor {

        /** Whether the field is an integer, 0 or 1. */
        private final boolean isBit;

        private boolean value;

        private OfBoolean(Rule.Field field) {
            super(field);
            this.isBit = field.type() == FieldType.BIT;
        }

        @Override
        public Field field() {
            return isBit ? new Field.OfInteger(name(), value ? 1 : 0) : new Field.OfBoolean(name(), value);
        }

        @Override
        boolean extractExpected(JsonParser parser, JsonToken token) {
            if (!token.isBoolean()) {
                return false;
            }
            value = token == JsonToken.VALUE_TRUE;
            accept();
            return true;
        }

        @Override
        public void extractText(String text) {
            Optional<Boolean> truth = Words.truth(text);
            value = truth.orElse(false);
            if (truth.isPresent()) {
                accept();
            } else {
                reject(Reason.NO_VALUE);
            }
        }

        @Override
        String expected() {
            return "true or false";
        }
    }

    /** Extracts a string: a text, or any other scalar as it is written. */
    static final class OfString extends FieldExtractor {

        private String value = "";

        private OfString(Rule.Field field) {
            super(field);
        }

        @Override
        public Field field() {
            return new Field.OfString(name(), value);
        }

        @Override
        boolean extractExpected(JsonParser parser, JsonToken token) throws IOException {
            if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_EMBEDDED_OBJECT) {
                return false;
            }
            extractText(text(parser, token));
            return true;
        }

        @Override
        public void extractText(String text) {
            value = text;
            if (Series.isEncodable(text)) {
                accept();
            } else {
                reject(Reason.NO_VALUE, "no valid text '" + name() + "'");
            }
        }

        @Override
        String expected() {
            return "text";
        }
    }
}
