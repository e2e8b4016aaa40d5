package dev.sensorline.ingestor.decoding;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import dev.sensorline.ingestor.point.Rejection.Reason;
import dev.sensorline.ingestor.point.Series;

/**
 * The series of a reading: measurement {@code sensor}, tag {@code name} the last level of its topic, and tag {@code type}
 * where its payload tells one. Those of the last topics are remembered, as many as there are places: one that comes to
 * the place of another takes it. Not thread-safe.
 */
final class SeriesCache {

    private static final int PLACES = 1 << 12;

    private record Entry(String topic, String type, Series series) {
    }

    private final Entry[] entries = new Entry[PLACES];

    /** @param type null when it is not known */
    Series of(String topic, String type) throws NotAReading {
        int hash = 31 * topic.hashCode() + Objects.hashCode(type);
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        Entry entry = entries[place];
        if (entry == null || !entry.topic.equals(topic) || !Objects.equals(entry.type, type)) {
            entry = new Entry(topic, type, series(topic, type));
            entries[place] = entry;
        }
        return entry.series;
    }

    private static Series series(String topic, String type) throws NotAReading {
        Map<String, String> tags = new HashMap<>();
        tags.put("name", tag(topic.substring(topic.lastIndexOf('/') + 1), "name"));
        if (type != null) {
            tags.put("type", tag(type, "type"));
        }
        return Series.of("sensor", tags);
    }

    /**
     * A text that line protocol can carry as a tag value: it has no way to write a line feed, a backslash at the end, or
     * nothing at all.
     */
    private static String tag(String text, String tag) throws NotAReading {
        if (text.isEmpty() || text.endsWith("\\") || text.indexOf('\n') >= 0 || hasLoneSurrogate(text)) {
            throw new NotAReading(Reason.NOT_A_TAG,
                    "'" + tag + "' is empty, has a line feed, ends with a backslash or is no valid text");
        }
        return text;
    }

    private static boolean hasLoneSurrogate(String text) {
        return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
