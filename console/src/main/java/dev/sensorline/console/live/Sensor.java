package dev.sensorline.console.live;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.sensorline.console.watch.SensorWatch.Watched;
import dev.sensorline.points.Field;
import dev.sensorline.points.FieldsPoint;
import dev.sensorline.points.FloatPoint;
import dev.sensorline.points.Point;
import dev.sensorline.points.Series;

/**
 * A sensor in memory: the last value of each field, the readings of numeric fields in the window, and how much has arrived. Belongs
 * to the live thread.
 */
public final class Sensor {

    /** So many fields of a sensor are held. */
    static final int MOST_FIELDS = 16;
    /** In characters; longer texts are cut, longer names are not held. */
    static final int LONGEST_TEXT = 256;

    private static final String MAIN_FIELD = "value";
    private static final String UNIT = "unit";

    private final String id;
    private final Series series;
    private final Watched watched;
    private final LiveLimits limits;
    private final Budget budget;
    private final Traffic traffic;
    /** In the order of their appearance. A value is a Double, a Long, a Boolean or a String. */
    private final Map<String, Value> fields = new LinkedHashMap<>();

    private final long beganMillis;
    private String mainField = MAIN_FIELD;
    private String topic;
    private String name;
    private String lowerCaseName;
    private long lastMillis = Long.MIN_VALUE;
    private long arrivedMillis;
    /** The frame of the last change of anything, counted from the start of the process. */
    private int changedFrame;

    /** The last value of a field, and its readings if it is a number. */
    private static final class Value {

        private Object last;
        private @Nullable Ring ring;
        private int changedFrame;

        Value(Object last) {
            this.last = last;
        }
    }

    Sensor(String id, Point point, Watched watched, LiveLimits limits, Budget budget, long nowMillis) {
        this.id = id;
        this.series = point.series();
        this.watched = watched;
        this.limits = limits;
        this.budget = budget;
        this.traffic = new Traffic(limits.window().toMillis(), nowMillis);
        this.beganMillis = nowMillis;
        this.topic = point.origin().topic();
        this.name = SensorName.of(series, topic);
        this.lowerCaseName = name.toLowerCase(Locale.ROOT);
    }

    /**
     * Takes over a point.
     *
     * @param share of the reading's bytes, which are those of all of its points
     * @return how many of its fields are not held, because there are too many or their names are too long
     */
    int add(Point point, long share, int frame, long nowMillis) {
        long millis = Math.floorDiv(point.timeNanos(), 1_000_000L);
        boolean isNewest = millis >= lastMillis;
        lastMillis = Math.max(lastMillis, millis);
        arrivedMillis = nowMillis;
        changedFrame = frame;
        traffic.add(1, share, nowMillis);
        rename(point.origin().topic());
        At at = new At(millis, nowMillis, isNewest);
        if (point instanceof FloatPoint single) {
            return number(single.field(), single.value(), single.value(), at) ? 0 : 1;
        }
        int dropped = 0;
        for (Field field : ((FieldsPoint) point).fields()) {
            dropped += set(field, at) ? 0 : 1;
        }
        return dropped;
    }

    /** When a value was measured and arrived, and whether none is newer. */
    private record At(long millis, long nowMillis, boolean isNewest) {}

    private void rename(String current) {
        if (!topic.equals(current)) {
            topic = current;
            name = SensorName.of(series, topic);
            lowerCaseName = name.toLowerCase(Locale.ROOT);
        }
    }

    private boolean set(Field field, At at) {
        if (field instanceof Field.OfFloat number) {
            return number(number.name(), number.value(), number.value(), at);
        }
        if (field instanceof Field.OfInteger number) {
            return number(number.name(), number.value(), (double) number.value(), at);
        }
        Object value = field instanceof Field.OfBoolean flag
                ? Boolean.valueOf(flag.value())
                : shortened(((Field.OfString) field).value());
        return setLast(field.name(), value, at) != null;
    }

    private boolean number(String field, Object exact, double value, At at) {
        Value held = setLast(field, exact, at);
        if (held == null) {
            return false;
        }
        if (held.ring == null) {
            held.ring = new Ring(limits.readings(), budget);
            chooseMainField();
        }
        held.ring.expire(earliest(at.nowMillis));
        held.ring.add(shownAt(at), value, changedFrame);
        return true;
    }

    /** Null if the field is not held. */
    private @Nullable Value setLast(String field, Object value, At at) {
        Value held = fields.get(field);
        if (held == null) {
            if (fields.size() == MOST_FIELDS || field.length() > LONGEST_TEXT) {
                return null;
            }
            held = new Value(value);
            fields.put(field, held);
            chooseMainField();
        } else if (at.isNewest) {
            held.last = value;
        }
        held.changedFrame = changedFrame;
        return held;
    }

    /** A surrogate pair is not cut in half. */
    private static String shortened(String text) {
        if (text.length() <= LONGEST_TEXT) {
            return text;
        }
        int end = LONGEST_TEXT - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    /** Where a reading is in the curve: at its time, or at that of its arrival where the sensor's clock is far off. */
    private long shownAt(At at) {
        return Math.abs(at.millis - at.nowMillis) <= limits.window().toMillis() ? at.millis : at.nowMillis;
    }

    private long earliest(long nowMillis) {
        return nowMillis - limits.window().toMillis();
    }

    /** Its state has changed without a reading. */
    void changed(int frame) {
        changedFrame = frame;
    }

    void release() {
        fields.values().forEach(value -> {
            if (value.ring != null) {
                value.ring.release();
            }
        });
        watched.end();
    }

    /** Whether it sends when it should, and how often. */
    public Watched watched() {
        return watched;
    }

    /** The frame of the last change of anything, counted from the start of the process. */
    public int changedFrame() {
        return changedFrame;
    }

    public String id() {
        return id;
    }

    public Series series() {
        return series;
    }

    /** The topic of the last reading. */
    public String topic() {
        return topic;
    }

    /** What people call it. */
    public String name() {
        return name;
    }

    /**
     * Whether its name contains a text.
     *
     * @param part in lower case
     */
    public boolean isNamed(String part) {
        return lowerCaseName.contains(part);
    }

    /** From a field or a tag {@code unit}. */
    public @Nullable String unit() {
        Value field = fields.get(UNIT);
        return field != null && field.last instanceof String text
                ? text
                : series.tags().get(UNIT);
    }

    /** The field of its curve: {@code value}, else the first that is a number, else the first. */
    public String mainField() {
        return mainField;
    }

    private void chooseMainField() {
        mainField = fields.containsKey(MAIN_FIELD)
                ? MAIN_FIELD
                : fields.entrySet().stream()
                        .filter(field -> field.getValue().ring != null)
                        .findFirst()
                        .or(() -> fields.entrySet().stream().findFirst())
                        .map(Map.Entry::getKey)
                        .orElse(MAIN_FIELD);
    }

    /** The main field of a sensor that has this point alone. */
    static String mainFieldOf(Point point) {
        if (point instanceof FloatPoint single) {
            return single.field();
        }
        List<Field> fields = ((FieldsPoint) point).fields();
        boolean hasMain = fields.stream().anyMatch(field -> field.name().equals(MAIN_FIELD));
        return hasMain
                ? MAIN_FIELD
                : fields.stream()
                        .filter(field -> field instanceof Field.OfFloat || field instanceof Field.OfInteger)
                        .findFirst()
                        .orElse(fields.get(0))
                        .name();
    }

    /** The last value of each field: a Double, a Long, a Boolean or a String. */
    public Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        fields.forEach((field, value) -> values.put(field, value.last));
        return values;
    }

    /** The last values of the fields that have changed after a frame. */
    public Map<String, Object> valuesSince(int frame) {
        Map<String, Object> values = new LinkedHashMap<>();
        fields.forEach((field, value) -> {
            if (value.changedFrame > frame) {
                values.put(field, value.last);
            }
        });
        return values;
    }

    /** The fields that have curves. */
    public List<String> curves() {
        return fields.entrySet().stream()
                .filter(field -> field.getValue().ring != null)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The time of the newest reading, as the sensor says it, in milliseconds since 1970. */
    public long lastMillis() {
        return lastMillis;
    }

    /** When the last reading arrived, in milliseconds since 1970. */
    public long arrivedMillis() {
        return arrivedMillis;
    }

    public double readingsPerSecond(long nowMillis) {
        return traffic.readingsPerSecond(nowMillis);
    }

    public double bytesPerSecond(long nowMillis) {
        return traffic.bytesPerSecond(nowMillis);
    }

    /** The number of readings in the window. */
    public long readings(long nowMillis) {
        return traffic.readings(nowMillis);
    }

    /** Of the main field over the window. */
    public Statistics statistics(long nowMillis) {
        return ring(mainField())
                .map(ring -> ring.statistics(earliest(nowMillis)))
                .orElse(Statistics.NONE);
    }

    /** The readings of a field in a time, in the order of their times. */
    public void visit(String field, long earliestMillis, CurveVisitor visitor) {
        ring(field).ifPresent(ring -> ring.visitSorted(earliestMillis, visitor));
    }

    /** The readings of a field that arrived after a frame, in the order of their arrival. */
    public void visitSince(String field, int frame, CurveVisitor visitor) {
        ring(field).ifPresent(ring -> ring.visitSince(frame, visitor));
    }

    /** How many readings of a field arrived after a frame. */
    public int countSince(String field, int frame) {
        return ring(field).map(ring -> ring.countSince(frame)).orElse(0);
    }

    /** Whether a reading of a field that arrived after a frame is held no more. */
    public boolean hasLostSince(String field, int frame) {
        return ring(field).map(ring -> ring.hasLostSince(frame)).orElse(false);
    }

    /** Since when all readings of a field are held, in milliseconds since 1970. */
    public long heldSince(String field, long nowMillis) {
        long held = Math.max(beganMillis, earliest(nowMillis));
        return ring(field).map(ring -> Math.max(held, ring.displacedMillis())).orElse(held);
    }

    private Optional<Ring> ring(String field) {
        Value value = fields.get(field);
        return value == null ? Optional.empty() : Optional.ofNullable(value.ring);
    }
}
