package dev.sensorline.points.decoding.extraction;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Field;

/** The values of a document, of a member or of an element, and the rows of the members or elements in it. */
final class Row {

    private static final Field[] NO_FIELDS = {};
    private static final String[] NO_TAGS = {};

    /** Of the member; null for an element. */
    private final @Nullable String name;

    private final int index;

    /** By the place that a cell has in its row; null where there is no value. */
    final @Nullable Field[] fields;

    final @Nullable String[] tags;
    TimeExtractor.@Nullable Value time;
    /** Fields that are named by a step; null if there are none. */
    @Nullable
    Map<FieldNames.Name, Field> namedFields;

    /** The first invalid value, and where it is; null if all are valid. */
    @Nullable
    InvalidReadingException problem;

    @Nullable
    Cell invalidCell;

    // Null until there is one.
    private @Nullable List<Row> elements;
    private @Nullable Map<String, Row> members;

    Row(@Nullable String name, int index, int fields, int tags) {
        this.name = name;
        this.index = index;
        this.fields = fields == 0 ? NO_FIELDS : new Field[fields];
        this.tags = tags == 0 ? NO_TAGS : new String[tags];
    }

    /** The name of the member or the index of the element. */
    String key() {
        return name == null ? Integer.toString(index) : name;
    }

    /** The row of a member or an element in this one; null if there is none. */
    @Nullable
    Row child(@Nullable String childName, int childIndex) {
        if (childName != null) {
            return members == null ? null : members.get(childName);
        }
        return elements == null || childIndex >= elements.size() ? null : elements.get(childIndex);
    }

    /** The row in this one that has the key of another row; null if there is none. */
    @Nullable
    Row childLike(Row other) {
        return child(other.name, other.index);
    }

    /** Adds a row that is not there. Elements are added in the order of their indices. */
    void add(Row child) {
        if (child.name != null) {
            members = members == null ? new LinkedHashMap<>() : members;
            members.put(child.name, child);
        } else {
            elements = elements == null ? new ArrayList<>() : elements;
            elements.add(child);
        }
    }

    Collection<Row> elements() {
        return elements == null ? List.of() : elements;
    }

    Collection<Row> members() {
        return members == null ? List.of() : members.values();
    }
}
