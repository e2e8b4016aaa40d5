package dev.sensorline.points.decoding.format;

import java.util.List;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.decoding.tokens.ValueParser;

/** A row as an object: a member for each column, with the text of the cell. Empty cells are absent. Not thread-safe. */
final class RowParser extends ValueParser {

    private final List<String> columns;
    private final List<String> cells;
    private int column;
    private boolean hasBegun;
    private boolean isInMember;
    private boolean hasEnded;

    /** @param cells at least as many as columns */
    RowParser(List<String> columns, List<String> cells) {
        this.columns = columns;
        this.cells = cells;
    }

    @Override
    protected @Nullable JsonToken advance() {
        if (!hasBegun) {
            hasBegun = true;
            return only(JsonToken.START_OBJECT);
        }
        if (isInMember) {
            isInMember = false;
            return text(cells.get(column++));
        }
        while (column < columns.size() && cells.get(column).isEmpty()) {
            column++;
        }
        if (column < columns.size()) {
            isInMember = true;
            return name(columns.get(column));
        }
        if (hasEnded) {
            return null;
        }
        hasEnded = true;
        return only(JsonToken.END_OBJECT);
    }
}
