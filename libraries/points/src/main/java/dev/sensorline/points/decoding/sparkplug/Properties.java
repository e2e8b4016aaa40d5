package dev.sensorline.points.decoding.sparkplug;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.decoding.extraction.InvalidReadingException;

/**
 * The properties of a metric (6.4.11 to 6.4.15), such as {@code engUnit} and {@code Quality}: numbers, truths and texts by name. Sets of
 * properties in properties are left out.
 */
final class Properties {

    private static final int KEY = 1 << 3 | ProtobufReader.BYTES;
    private static final int VALUE = 2 << 3 | ProtobufReader.BYTES;
    private static final int TYPE = 1 << 3 | ProtobufReader.VARINT;
    private static final int IS_NULL = 2 << 3 | ProtobufReader.VARINT;
    private static final int INT_VALUE = 3 << 3 | ProtobufReader.VARINT;
    private static final int LONG_VALUE = 4 << 3 | ProtobufReader.VARINT;
    private static final int FLOAT_VALUE = 5 << 3 | ProtobufReader.FIXED_32;
    private static final int DOUBLE_VALUE = 6 << 3 | ProtobufReader.FIXED_64;
    private static final int BOOLEAN_VALUE = 7 << 3 | ProtobufReader.VARINT;
    private static final int STRING_VALUE = 8 << 3 | ProtobufReader.BYTES;

    private Properties() {}

    /**
     * Reads a set of properties. Keys and values come apart, in the same order.
     *
     * @param isRead whether a property with a name is wanted
     * @return values as {@code Long}, {@code BigInteger}, {@code Double}, {@code Boolean} or {@code String}
     */
    static Map<String, Object> read(ProtobufReader reader, Predicate<String> isRead) throws InvalidReadingException {
        List<String> names = new ArrayList<>();
        List<ProtobufReader> values = new ArrayList<>();
        while (reader.next()) {
            switch (reader.key()) {
                case KEY -> names.add(reader.text());
                case VALUE -> values.add(reader.message());
                default -> reader.skip();
            }
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        for (int i = 0; i < Math.min(names.size(), values.size()); i++) {
            Object value = isRead.test(names.get(i)) ? value(values.get(i)) : null;
            if (value != null) {
                properties.put(names.get(i), value);
            }
        }
        return properties;
    }

    private static @Nullable Object value(ProtobufReader reader) throws InvalidReadingException {
        DataType type = DataType.UNKNOWN;
        boolean isNull = false;
        Object value = null;
        while (reader.next()) {
            switch (reader.key()) {
                case TYPE -> type = DataType.of(reader.varint());
                case IS_NULL -> isNull = reader.bool();
                case INT_VALUE, LONG_VALUE -> value = reader.varint();
                case FLOAT_VALUE -> value = (double) reader.fixedFloat();
                case DOUBLE_VALUE -> value = reader.fixedDouble();
                case BOOLEAN_VALUE -> value = reader.bool();
                case STRING_VALUE -> value = reader.text();
                default -> reader.skip();
            }
        }
        if (isNull) {
            return null;
        }
        return value instanceof Long bits ? whole(type, bits) : value;
    }

    /** Null if the type does not say what the bits are. */
    private static @Nullable Object whole(DataType type, long bits) {
        if (!type.isWhole()) {
            return null;
        }
        long number = type.number(bits);
        if (type == DataType.BOOLEAN) {
            return number != 0;
        }
        return type == DataType.UINT64 && number < 0
                ? (Object) new BigInteger(Long.toUnsignedString(number))
                : (Object) number;
    }
}
