package dev.sensorline.points.decoding.sparkplug;

import java.util.Map;

/**
 * What a birth says of a metric, besides its alias.
 *
 * @param type       {@link DataType#UNKNOWN} if the birth does not say it
 * @param properties those that rules read
 */
record Definition(String name, DataType type, Map<String, Object> properties) {

    /** About how many bytes it takes besides its name: a record, a string and an entry of a map. */
    private static final int OVERHEAD = 160;
    /** About how many bytes a property takes besides its texts: an entry of a map, a number and strings. */
    private static final int PROPERTY_OVERHEAD = 150;

    /** About how many bytes it takes. */
    int size() {
        int sum = OVERHEAD + 2 * name.length();
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            sum += PROPERTY_OVERHEAD + 2 * property.getKey().length();
            sum += property.getValue() instanceof String text ? 2 * text.length() : 0;
        }
        return sum;
    }
}
