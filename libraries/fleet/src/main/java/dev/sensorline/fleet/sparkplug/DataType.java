package dev.sensorline.fleet.sparkplug;

import dev.sensorline.fleet.Metric;

/** Types of metrics (6.4.16) that a fleet has. */
enum DataType {
    INT64(4),
    DOUBLE(10),
    BOOLEAN(11);

    private final int code;

    DataType(int code) {
        this.code = code;
    }

    /** In a payload. */
    int code() {
        return code;
    }

    /** Of a metric of a fleet: values that are written without decimals are whole numbers. */
    static DataType of(Metric metric) {
        return metric.decimals() == 0 ? INT64 : DOUBLE;
    }
}
