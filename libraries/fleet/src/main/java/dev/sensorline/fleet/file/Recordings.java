package dev.sensorline.fleet.file;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The tables that a fleet file names. A table that several waveforms play is read once, and so are its columns. For one thread.
 */
final class Recordings {

    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,4})?");

    private final References references;
    private final Map<Source, Loaded> tables = new HashMap<>();
    private final Map<Part, double[]> values = new HashMap<>();
    private final Map<Part, long[]> times = new HashMap<>();

    /**
     * A file that has been read.
     *
     * @param table   empty if there is a problem
     * @param problem what is wrong with it
     */
    private record Loaded(Optional<Table> table, String problem) {}

    /** A file, and what is between its cells. */
    record Source(String path, char delimiter) {}

    /**
     * A column, without the row of names.
     *
     * @param column from 0
     * @param first  the first row: 0, or 1 behind names
     * @param form   how it is written
     */
    record Part(Source source, int column, int first, Object form) {}

    Recordings(References references) {
        this.references = references;
    }

    /** Reads a table, unless it is known; its problem is that of a value of the fleet file. */
    Optional<Table> table(Source source, Place place, Findings findings) {
        Loaded loaded = tables.computeIfAbsent(source, this::load);
        if (loaded.table().isEmpty()) {
            findings.add(place, loaded.problem());
        }
        return loaded.table();
    }

    private Loaded load(Source source) {
        try {
            return new Loaded(Optional.of(new Table(references.read(source.path()), source.delimiter())), "");
        } catch (IOException e) {
            return new Loaded(Optional.empty(), "'%s' cannot be read: %s".formatted(source.path(), e.getMessage()));
        } catch (IllegalArgumentException e) {
            return new Loaded(Optional.empty(), "'%s' %s".formatted(source.path(), e.getMessage()));
        }
    }

    /** The numbers of a column; a cell that is empty has that of the row before. */
    double[] values(Part part, Table table, boolean hasDecimalComma, Lines lines) {
        return values.computeIfAbsent(part, unread -> {
            double[] read = new double[table.rows() - part.first()];
            double last = Double.NaN;
            for (int i = 0; i < read.length; i++) {
                int row = part.first() + i;
                String cell = table.cell(row, part.column());
                String number = hasDecimalComma ? cell.replace(',', '.') : cell;
                if (NUMBER.matcher(number).matches() && Double.isFinite(Double.parseDouble(number))) {
                    last = Double.parseDouble(number);
                } else if (!cell.isEmpty()) {
                    lines.add(table.line(row), "must be a number, not '%s'".formatted(cell));
                } else if (i == 0) {
                    lines.add(table.line(row), "must have a value, because none is before it");
                }
                read[i] = last;
            }
            return read;
        });
    }

    /** The times of a column, in nanoseconds since the first one. */
    long[] times(Part part, Table table, RowTime form, Lines lines) {
        return times.computeIfAbsent(part, unread -> {
            long[] read = new long[table.rows() - part.first()];
            long first = 0;
            for (int i = 0; i < read.length; i++) {
                int row = part.first() + i;
                String cell = table.cell(row, part.column());
                OptionalLong time = form.nanos(cell);
                if (time.isEmpty()) {
                    lines.add(table.line(row), "must have a time in %s, not '%s'".formatted(form.name(), cell));
                    continue;
                }
                first = i == 0 ? time.getAsLong() : first;
                read[i] = time.getAsLong() - first;
                if (i > 0 && read[i] < read[i - 1]) {
                    lines.add(table.line(row), "must not be earlier than the row before");
                }
            }
            return read;
        });
    }

    /** Times that are equally far apart. */
    long[] times(Part part, Table table, long pace) {
        return times.computeIfAbsent(part, uncomputed -> {
            long[] computed = new long[table.rows() - part.first()];
            Arrays.setAll(computed, row -> row * pace);
            return computed;
        });
    }

    /** Reports problems of lines of a table. */
    interface Lines {

        void add(int line, String message);
    }
}
