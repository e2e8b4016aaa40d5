package dev.sensorline.ingestor.point;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a point belongs to: a measurement and tags.
 *
 * @param measurement never empty
 * @param tags        by name, none of them empty: InfluxDB knows no empty tag
 * @param key         both as InfluxDB writes them, {@code sensor,name=T1,type=temp}: tags in the order of their names, and
 *                    behind a backslash each comma and space, in tags also each equals sign. A backslash is itself
 * @see <a href="https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/">Line protocol</a>
 */
public record Series(String measurement, SortedMap<String, String> tags, String key) {

    public static Series of(String measurement, Map<String, String> tags) {
        SortedMap<String, String> sorted = new TreeMap<>(tags);
        StringBuilder key = new StringBuilder();
        appendEscaped(key, measurement, ", ");
        sorted.forEach((name, value) -> {
            appendEscaped(key.append(','), name, ",= ");
            appendEscaped(key.append('='), value, ",= ");
        });
        return new Series(measurement, sorted, key.toString());
    }

    private static void appendEscaped(StringBuilder key, String text, String special) {
        for (int i = 0; i < text.length(); i++) {
            if (special.indexOf(text.charAt(i)) >= 0) {
                key.append('\\');
            }
            key.append(text.charAt(i));
        }
    }
}
