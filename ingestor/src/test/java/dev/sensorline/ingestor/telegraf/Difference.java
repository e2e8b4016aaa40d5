package dev.sensorline.ingestor.telegraf;

import java.util.ArrayList;
import java.util.List;

/**
 * How the points differ that Telegraf and the ingestor make of a payload with one odd value: in one point at most, unless Telegraf refuses
 * the payload.
 */
enum Difference {
    NONE,
    /** Telegraf refuses the payload or drops the point, or has only some of the point's fields, tags and time. */
    LOST_BY_TELEGRAF,
    /** Only Telegraf reads the value. If it is an array, Telegraf loses tags and time. */
    ONLY_TELEGRAF,
    /** The value of a field is another one. */
    OTHER_VALUE,
    /** The value of a tag is another one. */
    OTHER_TAG,
    OTHER_TIME,
    /** Telegraf makes several points of one. */
    SEVERAL_POINTS,
    UNKNOWN;

    static Difference of(List<ReadPoint> ours, List<ReadPoint> theirs) {
        List<ReadPoint> onlyOurs = new ArrayList<>(ours);
        List<ReadPoint> onlyTheirs = new ArrayList<>(theirs);
        ours.forEach(point -> {
            if (onlyTheirs.remove(point)) {
                onlyOurs.remove(point);
            }
        });
        if (onlyOurs.isEmpty() && onlyTheirs.isEmpty()) {
            return NONE;
        }
        if (theirs.isEmpty() || onlyOurs.size() == 1 && onlyTheirs.isEmpty()) {
            return LOST_BY_TELEGRAF;
        }
        if (onlyOurs.size() > 1) {
            return UNKNOWN;
        }
        if (onlyTheirs.size() > 1) {
            return SEVERAL_POINTS;
        }
        return onlyOurs.isEmpty() ? ONLY_TELEGRAF : of(onlyOurs.get(0), onlyTheirs.get(0));
    }

    private static Difference of(ReadPoint ours, ReadPoint theirs) {
        boolean isSameTime = ours.timeNanos() == theirs.timeNanos();
        boolean areSameTags = ours.tags().equals(theirs.tags());
        boolean areSameFields = ours.fields().equals(theirs.fields());
        if (areSameTags && areSameFields && theirs.timeNanos() != 0) {
            return OTHER_TIME;
        }
        if (isSameTime
                && areSameFields
                && ours.tags().keySet().equals(theirs.tags().keySet())) {
            return OTHER_TAG;
        }
        if (isSameTime
                && areSameTags
                && ours.fields().keySet().equals(theirs.fields().keySet())) {
            return OTHER_VALUE;
        }
        boolean isLessPrecise =
                ours.tags().entrySet().containsAll(theirs.tags().entrySet()) && (isSameTime || theirs.timeNanos() == 0);
        if (isLessPrecise
                && ours.fields().entrySet().containsAll(theirs.fields().entrySet())) {
            return LOST_BY_TELEGRAF;
        }
        return isLessPrecise
                        && theirs.fields().entrySet().containsAll(ours.fields().entrySet())
                ? ONLY_TELEGRAF
                : UNKNOWN;
    }
}
