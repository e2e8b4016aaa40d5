package dev.sensorline.points.decoding;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.Field;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Series;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Source.Member;

/** A field that a rule asks payloads for, of one type. */
abstract class FieldTarget extends Target {

    private FieldTarget(Rule.Field field) {
        super(field.name(), field.source() instanceof Member member && member.exact());
    }

    static FieldTarget of(Rule.Field field) {
        return switch (field.type()) {
            case FLOAT -> new OfFloat(field);
            case INTEGER -> new OfInteger(field);
            case BOOLEAN -> new OfBoolean(field);
            case STRING -> new OfString(field);
        };
    }

    /** What it holds, when something is present. */
    abstract Field field();

    /** Takes what a text says that is not JSON. */
    abstract void takeText(String text);

    /** Takes a payload that is not JSON. */
    void takeBare(byte[] payload) {
        if (Utf8.isValid(payload)) {
            takeText(new String(payload, StandardCharsets.UTF_8).strip());
        } else {
            wrong(Reason.NOT_UTF8, null);
        }
    }

    @Override
    final void takeValue(JsonParser parser, JsonToken token) throws IOException {
        if (takesJson(parser, token)) {
            return;
        }
        if (token.isScalarValue() && !isExact()) {
            takeText(parser.getText());
        } else {
            wrong(Reason.NO_VALUE, "no " + kind() + " '" + name() + "'");
        }
    }

    /** Takes a value of the JSON type that goes with the field's, and says whether it was one. */
    abstract boolean takesJson(JsonParser parser, JsonToken token) throws IOException;

    /** What it wants, for people. */
    abstract String kind();

    /** A float: a JSON number, or a plain decimal. */
    static final class OfFloat extends FieldTarget {

        private double value;

        private OfFloat(Rule.Field field) {
            super(field);
        }

        double value() {
            return value;
        }

        @Override
        Field field() {
            return new Field.OfFloat(name(), value);
        }

        @Override
        boolean takesJson(JsonParser parser, JsonToken token) throws IOException {
            if (!token.isNumeric()) {
                return false;
            }
            value = parser.getDoubleValue();
            if (Double.isInfinite(value)) {
                wrong(Decimal.notFinite());
            } else {
                found();
            }
            return true;
        }

        @Override
        void takeText(String text) {
            takeBare(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        void takeBare(byte[] payload) {
            try {
                value = Decimal.parse(payload);
                found();
            } catch (NotAReading e) {
                wrong(e);
            }
        }

        @Override
        String kind() {
            return "number";
        }
    }

    /** An integer of 64 bits: a whole JSON number, also one written with a fraction of zeros, or digits with a sign. */
    static final class OfInteger extends FieldTarget {

        /** Above it a double no longer tells whole numbers apart. */
        private static final double EXACT = 1L << 53;
        private static final int LONGEST = Long.toString(Long.MIN_VALUE).length();

        private long value;

        private OfInteger(Rule.Field field) {
            super(field);
        }

        @Override
        Field field() {
            return new Field.OfInteger(name(), value);
        }

        @Override
        boolean takesJson(JsonParser parser, JsonToken token) throws IOException {
            if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != NumberType.BIG_INTEGER) {
                value = parser.getLongValue();
                found();
                return true;
            }
            if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                double real = parser.getDoubleValue();
                if (Math.abs(real) <= EXACT && real == Math.rint(real)) {
                    value = (long) real;
                    found();
                    return true;
                }
            }
            return false;
        }

        @Override
        void takeText(String text) {
            try {
                // Not the digits of other scripts, which Java would take.
                if (text.length() <= LONGEST && text.matches("[+-]?[0-9]+")) {
                    value = Long.parseLong(text);
                    found();
                    return;
                }
            } catch (NumberFormatException e) {
                // Told below.
            }
            wrong(Reason.NOT_A_NUMBER, "no " + kind() + " '" + name() + "'");
        }

        @Override
        String kind() {
            return "whole number of 64 bits";
        }
    }

    /** A boolean: true or false, or as text also 1 or 0. */
    static final class OfBoolean extends FieldTarget {

        private boolean value;

        private OfBoolean(Rule.Field field) {
            super(field);
        }

        @Override
        Field field() {
            return new Field.OfBoolean(name(), value);
        }

        @Override
        boolean takesJson(JsonParser parser, JsonToken token) {
            if (!token.isBoolean()) {
                return false;
            }
            value = token == JsonToken.VALUE_TRUE;
            found();
            return true;
        }

        @Override
        void takeText(String text) {
            value = text.equals("1") || text.equals("true");
            if (value || text.equals("0") || text.equals("false")) {
                found();
            } else {
                wrong(Reason.NO_VALUE, "no " + kind() + " '" + name() + "'");
            }
        }

        @Override
        String kind() {
            return "true or false";
        }
    }

    /** A string: a text, or any other scalar as it is written. */
    static final class OfString extends FieldTarget {

        private String value;

        private OfString(Rule.Field field) {
            super(field);
        }

        @Override
        Field field() {
            return new Field.OfString(name(), value);
        }

        @Override
        boolean takesJson(JsonParser parser, JsonToken token) throws IOException {
            if (token != JsonToken.VALUE_STRING) {
                return false;
            }
            takeText(parser.getText());
            return true;
        }

        @Override
        void takeText(String text) {
            value = text;
            if (Series.isText(text)) {
                found();
            } else {
                wrong(Reason.NO_VALUE, "no valid text '" + name() + "'");
            }
        }

        @Override
        String kind() {
            return "text";
        }
    }
}
