package dev.sensorline.points.decoding.extraction;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.JsonPaths.ElementListener;
import dev.sensorline.points.rules.JsonPointer;

/**
 * The values of a document as a tree of rows, with a level for each of some steps in braces. Values with the same names and
 * indices meet in one row, wherever in the document they are. One row of each level is current: while a document is parsed, the
 * one that the parser is in, and afterwards one of those of which a point is made.
 */
final class Rows {

    /** The names of the steps, the outermost first. */
    private final List<String> names;
    /** The most rows of the innermost step. */
    private final int limit;
    /** How many fields and tags a row of each level has. */
    private final int[] fields;

    private final int[] tags;
    private final Row[] current;
    private final ElementListener[] listeners;
    private int innermost;
    private boolean isBeyondLimit;
    private boolean hasFoundEmpty;

    Rows(List<String> names, int limit) {
        this.names = names;
        this.limit = limit;
        this.fields = new int[names.size() + 1];
        this.tags = new int[names.size() + 1];
        this.current = new Row[names.size() + 1];
        this.listeners = new ElementListener[names.size() + 1];
        for (int level = 1; level < listeners.length; level++) {
            listeners[level] = new Listener(level);
        }
        current[0] = newRow(0, null, -1);
    }

    List<String> names() {
        return names;
    }

    int limit() {
        return limit;
    }

    /** The level of the values of a pointer. */
    int levelOf(JsonPointer pointer) {
        return (int) pointer.names().stream().filter(names::contains).count();
    }

    /** The level of the innermost step; 0 is the document. */
    int depth() {
        return names.size();
    }

    /** Returns the place of another field in the rows of a level. */
    int addField(int level) {
        return fields[level]++;
    }

    /** Returns the place of another tag in the rows of a level. */
    int addTag(int level) {
        return tags[level]++;
    }

    /** Begins a document, which has no values yet. */
    void begin() {
        current[0] = newRow(0, null, -1);
        innermost = 0;
        isBeyondLimit = false;
        hasFoundEmpty = false;
    }

    private Row newRow(int level, @Nullable String name, int index) {
        return new Row(name, index, fields[level], tags[level]);
    }

    Row current(int level) {
        return current[level];
    }

    /** Makes a row of a level the current one, in the current one of the level above. */
    void select(int level, Row row) {
        current[level] = row;
    }

    /** Makes those rows current that have the names and indices of the current ones of other rows. Where there is none, it is blank. */
    void selectLike(Rows others) {
        for (int level = 1; level < current.length; level++) {
            Row like = others.current[others.names.indexOf(names.get(level - 1)) + 1];
            Row row = current[level - 1].childLike(like);
            current[level] = row == null ? newRow(level, null, -1) : row;
        }
    }

    /** @throws InvalidReadingException if there are more rows of the innermost step than the limit */
    void requireWithinLimit() throws InvalidReadingException {
        if (isBeyondLimit) {
            throw new InvalidReadingException(Reason.TOO_MANY_POINTS, "more than " + limit + " members or elements");
        }
    }

    /** Whether an object or an array of which each member or element is a row has none. */
    boolean hasFoundEmpty() {
        return hasFoundEmpty;
    }

    /** Notices the members and elements of a step, which are the rows of a level from 1 on. */
    ElementListener listener(int level) {
        return listeners[level];
    }

    private final class Listener implements ElementListener {

        private final int level;

        Listener(int level) {
            this.level = level;
        }

        @Override
        public void enter(@Nullable String name, int index) {
            Row parent = current[level - 1];
            Row row = parent.child(name, index);
            if (row == null) {
                row = newRow(level, name, index);
                if (level == depth() && innermost == limit) {
                    isBeyondLimit = true; // The row is not kept.
                } else {
                    innermost += level == depth() ? 1 : 0;
                    parent.add(row);
                }
            }
            current[level] = row;
        }

        @Override
        public void foundEmpty() {
            hasFoundEmpty = true;
        }
    }
}
