package dev.sensorline.points.decoding.sparkplug;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.decoding.extraction.InvalidReadingException;

/** A metric of a payload (6.4.6): a value, with its name and type or with an alias that stands for both. */
final class Metric {

    static final int NAME = 1 << 3 | ProtobufReader.BYTES;
    private static final int ALIAS = 2 << 3 | ProtobufReader.VARINT;
    static final int TIMESTAMP = 3 << 3 | ProtobufReader.VARINT;
    static final int DATATYPE = 4 << 3 | ProtobufReader.VARINT;
    private static final int IS_HISTORICAL = 5 << 3 | ProtobufReader.VARINT;
    private static final int IS_TRANSIENT = 6 << 3 | ProtobufReader.VARINT;
    private static final int IS_NULL = 7 << 3 | ProtobufReader.VARINT;
    private static final int PROPERTIES = 9 << 3 | ProtobufReader.BYTES;
    private static final int INT_VALUE = 10 << 3 | ProtobufReader.VARINT;
    private static final int LONG_VALUE = 11 << 3 | ProtobufReader.VARINT;
    private static final int FLOAT_VALUE = 12 << 3 | ProtobufReader.FIXED_32;
    private static final int DOUBLE_VALUE = 13 << 3 | ProtobufReader.FIXED_64;
    static final int BOOLEAN_VALUE = 14 << 3 | ProtobufReader.VARINT;
    private static final int STRING_VALUE = 15 << 3 | ProtobufReader.BYTES;
    private static final int BYTES_VALUE = 16 << 3 | ProtobufReader.BYTES;
    private static final int DATASET_VALUE = 17 << 3 | ProtobufReader.BYTES;
    private static final int TEMPLATE_VALUE = 18 << 3 | ProtobufReader.BYTES;
    private static final int EXTENSION_VALUE = 19 << 3 | ProtobufReader.BYTES;

    private static final String NODE_CONTROL = "Node Control/";
    private static final String DEVICE_CONTROL = "Device Control/";

    /** How the value is carried. */
    enum Kind {
        NONE,
        /** 32 or 64 bits, whose meaning depends on the type. */
        WHOLE,
        FRACTION,
        TRUTH,
        TEXT,
        /** What cannot be a field. */
        OTHER
    }

    private String name = "";
    private @Nullable Long alias;
    private @Nullable Long timestamp;
    private DataType type = DataType.UNKNOWN;
    private boolean isHistorical;
    private boolean isTransient;
    private boolean isNull;
    private Kind kind = Kind.NONE;
    /** Of a whole number or a truth. */
    private long bits;

    private double fraction;
    private String text = "";
    private Map<String, Object> properties = Map.of();

    private Metric() {}

    /**
     * Reads a metric.
     *
     * @param wanted its properties that are read
     * @throws InvalidReadingException if the bytes are malformed
     */
    static Metric read(ProtobufReader reader, WantedProperties wanted) throws InvalidReadingException {
        Metric metric = new Metric();
        while (reader.next()) {
            metric.readField(reader, wanted);
        }
        return metric;
    }

    private void readField(ProtobufReader reader, WantedProperties wanted) throws InvalidReadingException {
        switch (reader.key()) {
            case NAME -> name = reader.text();
            case ALIAS -> alias = reader.varint();
            case TIMESTAMP -> timestamp = reader.varint();
            case DATATYPE -> type = DataType.of(reader.varint());
            case IS_HISTORICAL -> isHistorical = reader.bool();
            case IS_TRANSIENT -> isTransient = reader.bool();
            case IS_NULL -> isNull = reader.bool();
            case PROPERTIES -> {
                if (wanted.isEmpty()) {
                    reader.skip();
                } else {
                    properties = Properties.read(reader.message(), wanted);
                }
            }
            case INT_VALUE, LONG_VALUE -> {
                bits = reader.varint();
                kind = Kind.WHOLE;
            }
            case FLOAT_VALUE -> {
                fraction = reader.fixedFloat();
                kind = Kind.FRACTION;
            }
            case DOUBLE_VALUE -> {
                fraction = reader.fixedDouble();
                kind = Kind.FRACTION;
            }
            case BOOLEAN_VALUE -> {
                bits = reader.bool() ? 1 : 0;
                kind = Kind.TRUTH;
            }
            case STRING_VALUE -> {
                text = reader.text();
                kind = Kind.TEXT;
            }
            case BYTES_VALUE, DATASET_VALUE, TEMPLATE_VALUE, EXTENSION_VALUE -> {
                reader.skip();
                kind = Kind.OTHER;
            }
            default -> reader.skip();
        }
    }

    /** Takes the name, the type and the properties that a birth gave to the metric, as far as it does not say them itself. */
    void complete(Definitions definitions) {
        Definition definition = definitions.find(name, alias);
        if (definition != null) {
            name = name.isEmpty() ? definition.name() : name;
            type = type == DataType.UNKNOWN ? definition.type() : type;
            properties = merged(definition.properties(), properties);
        }
    }

    private static Map<String, Object> merged(Map<String, Object> ofBirth, Map<String, Object> own) {
        if (own.isEmpty() || ofBirth.isEmpty()) {
            return own.isEmpty() ? ofBirth : own;
        }
        Map<String, Object> merged = new LinkedHashMap<>(ofBirth);
        merged.putAll(own);
        return merged;
    }

    /** Whether name and value can be told. */
    boolean isKnown() {
        return !name.isEmpty() && (kind != Kind.WHOLE || type != DataType.UNKNOWN || isNull);
    }

    /** Whether there is a value. */
    boolean hasValue() {
        return !isNull && kind != Kind.NONE;
    }

    /** Whether the value can be that of a field. */
    boolean isScalar() {
        return kind == Kind.WHOLE ? type.isWhole() : kind != Kind.OTHER;
    }

    /** Whether the metric belongs to the protocol (6.4.8, 6.4.9), or says itself that it is not to be stored. */
    boolean isNotToBeStored() {
        return isTransient
                || name.equals(Payload.BIRTH_DEATH_SEQUENCE)
                || name.startsWith(NODE_CONTROL)
                || name.startsWith(DEVICE_CONTROL);
    }

    /** Empty if it has none. */
    String name() {
        return name;
    }

    @Nullable
    Long alias() {
        return alias;
    }

    /** Milliseconds since 1970, unsigned; null if it has none. */
    @Nullable
    Long timestamp() {
        return timestamp;
    }

    DataType type() {
        return type;
    }

    boolean isHistorical() {
        return isHistorical;
    }

    /** A {@link Kind#WHOLE} of the type {@link DataType#BOOLEAN} is a truth. */
    Kind kind() {
        return kind == Kind.WHOLE && type == DataType.BOOLEAN ? Kind.TRUTH : kind;
    }

    /** The value of {@link Kind#WHOLE}; unsigned if it is a {@link DataType#UINT64}. */
    long whole() {
        return type.number(bits);
    }

    boolean truth() {
        return bits != 0;
    }

    double fraction() {
        return fraction;
    }

    String text() {
        return text;
    }

    /** Those that rules read: {@code Number}, {@code Boolean} or {@code String} by name. */
    Map<String, Object> properties() {
        return properties;
    }
}
