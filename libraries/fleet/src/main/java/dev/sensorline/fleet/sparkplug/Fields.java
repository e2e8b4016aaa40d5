package dev.sensorline.fleet.sparkplug;

/** Keys of the fields of payloads and metrics (6.4.1): their numbers, shifted left by three bits, and their wire types. */
final class Fields {

    static final int VARINT = 0;
    static final int FIXED_64 = 1;
    static final int BYTES = 2;
    static final int FIXED_32 = 5;

    static final int PAYLOAD_TIMESTAMP = 1 << 3 | VARINT;
    static final int METRIC = 2 << 3 | BYTES;
    static final int SEQUENCE = 3 << 3 | VARINT;

    static final int NAME = 1 << 3 | BYTES;
    static final int ALIAS = 2 << 3 | VARINT;
    static final int TIMESTAMP = 3 << 3 | VARINT;
    static final int DATATYPE = 4 << 3 | VARINT;
    static final int IS_HISTORICAL = 5 << 3 | VARINT;
    static final int IS_NULL = 7 << 3 | VARINT;
    static final int INT_VALUE = 10 << 3 | VARINT;
    static final int LONG_VALUE = 11 << 3 | VARINT;
    static final int FLOAT_VALUE = 12 << 3 | FIXED_32;
    static final int DOUBLE_VALUE = 13 << 3 | FIXED_64;
    static final int BOOLEAN_VALUE = 14 << 3 | VARINT;

    private Fields() {}
}
