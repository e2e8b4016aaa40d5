package dev.sensorline.points.decoding.extraction;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.Field;
import dev.sensorline.points.rules.JsonPointer;
import dev.sensorline.points.rules.JsonPointer.Step.Each;

/** A place in the rows of a level, which keeps the values that an extractor finds at a pointer. */
abstract class Cell extends ValueTarget {

    final Rows rows;
    final int level;
    private final Extractor extractor;
    private final JsonPointer pointer;

    private Cell(Rows rows, int level, Extractor extractor, JsonPointer pointer) {
        this.rows = rows;
        this.level = level;
        this.extractor = extractor;
        this.pointer = pointer;
    }

    final Row row() {
        return rows.current(level);
    }

    @Override
    final void extract(JsonParser parser, JsonToken token) throws IOException {
        extractor.reset();
        extractor.extract(parser, token);
        keep();
    }

    /** Keeps what the extractor has found. */
    final void keep() {
        Row row = row();
        if (row.invalidCell == this) {
            row.invalidCell = null;
            row.problem = null;
        }
        InvalidReadingException problem = extractor.problem();
        if (problem != null && row.problem == null) {
            row.invalidCell = this;
            row.problem = problem;
        }
        keep(row, extractor.isPresent());
    }

    /** Keeps the extractor's value, or that there is none. */
    abstract void keep(Row row, boolean isPresent);

    /** Each value replaces the one before, so none needs to be reset. */
    @Override
    final void reset() {}

    /** The pointer with the names and indices of the current rows, for messages. */
    final String place() {
        StringBuilder place = new StringBuilder();
        for (JsonPointer.Step step : pointer.steps()) {
            int name = step instanceof Each each ? rows.names().indexOf(each.name()) : -1;
            place.append('/')
                    .append(name < 0 ? step.text() : rows.current(name + 1).key());
        }
        return place.toString();
    }

    /** Keeps a field. */
    static final class OfField extends Cell {

        private final FieldExtractor extractor;
        private final int place;

        OfField(Rows rows, int level, FieldExtractor extractor, JsonPointer pointer) {
            super(rows, level, extractor, pointer);
            this.extractor = extractor;
            this.place = rows.addField(level);
        }

        FieldExtractor extractor() {
            return extractor;
        }

        /** The field in the current row; null if it has none. */
        @Nullable
        Field field() {
            return row().fields[place];
        }

        @Override
        void keep(Row row, boolean isPresent) {
            row.fields[place] = isPresent ? extractor.field() : null;
        }
    }

    /** Keeps a tag. */
    static final class OfTag extends Cell {

        private final TagExtractor extractor;
        private final int place;

        OfTag(Rows rows, int level, TagExtractor extractor, JsonPointer pointer) {
            super(rows, level, extractor, pointer);
            this.extractor = extractor;
            this.place = rows.addTag(level);
        }

        @Override
        void keep(Row row, boolean isPresent) {
            row.tags[place] = extractor.text();
        }

        /** Gives the tag of the current row to its extractor. */
        void restore() {
            extractor.set(row().tags[place]);
        }
    }

    /** Keeps the time. */
    static final class OfTime extends Cell {

        private final TimeExtractor extractor;

        OfTime(Rows rows, int level, TimeExtractor extractor, JsonPointer pointer) {
            super(rows, level, extractor, pointer);
            this.extractor = extractor;
        }

        @Override
        void keep(Row row, boolean isPresent) {
            row.time = extractor.value();
        }

        /** Gives the time of the current row to its extractor. */
        void restore() {
            extractor.set(row().time);
        }
    }
}
