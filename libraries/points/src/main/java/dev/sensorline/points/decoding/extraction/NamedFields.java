package dev.sensorline.points.decoding.extraction;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.Field;
import dev.sensorline.points.decoding.extraction.JsonPaths.ElementListener;
import dev.sensorline.points.rules.FieldType;
import dev.sensorline.points.rules.Rule;

/**
 * Keeps the members of an object, or elements of an array, as fields of one row, under their names or indices. What cannot be such
 * a field is left out and counted.
 */
final class NamedFields extends ValueTarget implements ElementListener {

    final Rows rows;
    final int level;
    private final FieldExtractor extractor;
    private final FieldType type;
    /** Names that are tags or other fields of the point. */
    private final Set<String> taken;

    private FieldNames names = new FieldNames();
    private String key = "";
    private int leftOut;
    private boolean hasFoundEmpty;

    NamedFields(Rows rows, int level, Rule.Field field, Set<String> taken) {
        this.rows = rows;
        this.level = level;
        this.extractor = FieldExtractor.of(field);
        this.type = field.type();
        this.taken = taken;
    }

    /** Begins a document. */
    void begin(FieldNames ofMeasurement) {
        names = ofMeasurement;
        leftOut = 0;
        hasFoundEmpty = false;
    }

    /** How many members or elements of the document have been left out. */
    int leftOut() {
        return leftOut;
    }

    boolean hasFoundEmpty() {
        return hasFoundEmpty;
    }

    /** The fields of the current row. */
    Map<FieldNames.Name, Field> fields() {
        Map<FieldNames.Name, Field> fields = rows.current(level).namedFields;
        return fields == null ? Map.of() : fields;
    }

    @Override
    public void enter(@Nullable String name, int index) {
        key = name == null ? Integer.toString(index) : name;
    }

    @Override
    public void foundEmpty() {
        hasFoundEmpty = true;
    }

    @Override
    void extract(JsonParser parser, JsonToken token) throws IOException {
        extractor.reset();
        extractor.extract(parser, token);
        if (extractor.isPresent()) {
            FieldNames.Name name = taken.contains(key) ? null : names.of(key, type);
            if (name != null) {
                keep(name, extractor.field().named(name.text()));
                return;
            }
        }
        leftOut += token == JsonToken.VALUE_NULL ? 0 : 1;
    }

    private void keep(FieldNames.Name name, Field field) {
        Row row = rows.current(level);
        if (row.namedFields == null) {
            row.namedFields = new LinkedHashMap<>();
        }
        row.namedFields.put(name, field);
    }

    @Override
    void reset() {}
}
