package dev.sensorline.points.decoding.sparkplug;

/** The type of a metric: 6.4.16 of the specification, with the codes in this order. */
enum DataType {
    UNKNOWN("Unknown"),
    INT8("Int8"),
    INT16("Int16"),
    INT32("Int32"),
    INT64("Int64"),
    UINT8("UInt8"),
    UINT16("UInt16"),
    UINT32("UInt32"),
    UINT64("UInt64"),
    FLOAT("Float"),
    DOUBLE("Double"),
    BOOLEAN("Boolean"),
    STRING("String"),
    DATE_TIME("DateTime"),
    TEXT("Text"),
    UUID("UUID"),
    /** Data sets, bytes, files, templates, arrays, and codes that there are not: none of them is a value of a field. */
    OTHER("Other");

    private static final DataType[] BY_CODE = values();

    private final String text;

    DataType(String text) {
        this.text = text;
    }

    /** @param code in a payload, of 32 bits */
    static DataType of(long code) {
        return code >= 0 && code < OTHER.ordinal() ? BY_CODE[(int) code] : OTHER;
    }

    /** The name in the specification. */
    String text() {
        return text;
    }

    /** Whether the value is carried as a number without a fraction, whose meaning depends on the type. */
    boolean isWhole() {
        return this == BOOLEAN || this == DATE_TIME || compareTo(INT8) >= 0 && compareTo(UINT64) <= 0;
    }

    /**
     * The number that bits of a payload stand for: signed ones are in two's complement, of 32 or 64 bits or of their own width.
     *
     * @return signed, except of {@link #UINT64}
     */
    long number(long bits) {
        return switch (this) {
            case INT8 -> (byte) bits;
            case INT16 -> (short) bits;
            case INT32 -> (int) bits;
            case UINT8 -> bits & 0xff;
            case UINT16 -> bits & 0xffff;
            case UINT32 -> bits & 0xffff_ffffL;
            default -> bits;
        };
    }
}
