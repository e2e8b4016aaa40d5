package dev.sensorline.fleet.file;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import dev.sensorline.fleet.file.NameOrNumber.Column;
import dev.sensorline.fleet.file.Recordings.Part;
import dev.sensorline.fleet.file.Recordings.Source;
import dev.sensorline.fleet.waveform.Recording;
import dev.sensorline.fleet.waveform.Replay;
import dev.sensorline.fleet.waveform.Waveform;

/** What a file says of a replay of a table. */
final class ReplayShape {

    /** So many problems of one column are reported. */
    static final int MOST_LINES = 10;

    private static final int MOST_COLUMNS = 1_000;
    private static final int NO_COLUMN = -1;

    private static final NameOrNumber A_COLUMN = new NameOrNumber(
            new Words(
                    "the name of a column, or its number from 1",
                    "^(?=.*[^ ])[^\\u0000-\\u001f\\u007f-\\u009f]{1,200}$"),
            new Whole(1, MOST_COLUMNS));

    private static final Key<String> FILE = Key.required(
            "file",
            "path of the CSV file, from the directory of this file",
            new Words("a path such as data/press.csv", "^[^\\u0000-\\u001f\\u007f-\\u009f]{1,1000}$"));
    private static final Key<Column> COLUMN =
            Key.required("column", "column of the values: its name in the first row, or its number from 1", A_COLUMN);
    private static final Key<Column> TIME =
            Key.optional("time", "column of the times: its name in the first row, or its number from 1", A_COLUMN);
    private static final Key<String> TIME_FORMAT = Key.optional(
            "time_format",
            "how times are written: s, ms, us or ns since any time, iso8601, or a pattern such as dd.MM.yyyy HH:mm:ss",
            new Words("s, ms, us, ns, iso8601 or a pattern such as dd.MM.yyyy HH:mm:ss", "^[\\s\\S]{1,100}$"),
            "s");
    private static final Key<Duration> PACE =
            Key.optional("pace", "time from row to row, if no column has it", Length.atLeast(Duration.ofMillis(1)));
    private static final Key<Double> SPEED =
            Key.optional("speed", "2 is twice as fast, 0.5 half as fast", new Numbers(1e-3, 1e6), 1.0);
    private static final Key<Boolean> LOOP = Key.optional(
            "loop",
            "whether the first row follows the last one; otherwise the sensor ends with the recording",
            Choice.FLAG,
            false);
    private static final Key<Long> LIMIT =
            Key.optional("limit", "how many rows are played; all if it is left out", new Whole(1, Table.MOST_ROWS));
    private static final Key<Character> DELIMITER = Key.optional(
            "delimiter", "between the cells: comma, semicolon, tab or pipe", new Choice<>(delimiters(), true), ',');
    private static final Key<Boolean> DECIMAL = Key.optional(
            "decimal", "decimal mark of the values: point or comma", new Choice<>(decimalMarks(), true), false);

    /** A replay of one column. */
    static final Shape<Waveform> REPLAY = new Resolved<>(
            Keys.of(values -> values, FILE, COLUMN, TIME, TIME_FORMAT, PACE, SPEED, LOOP, LIMIT, DELIMITER, DECIMAL)
                    .either(TIME, PACE)
                    .checked(new Check(List.of(TIME_FORMAT), (values, findings) -> {
                        if (RowTime.of(values.get(TIME_FORMAT)).isEmpty()) {
                            findings.add(values.place(TIME_FORMAT), "is no pattern of a time");
                        }
                    })),
            (values, findings) -> new ReplayShape(values, findings).replay());

    private final Values values;
    private final Findings findings;
    private final Source source;
    private final int before;

    private ReplayShape(Values values, Findings findings) {
        this.values = values;
        this.findings = findings;
        this.source = new Source(values.get(FILE), values.get(DELIMITER));
        this.before = findings.count();
    }

    private static Map<String, Character> delimiters() {
        Map<String, Character> delimiters = new LinkedHashMap<>();
        delimiters.put("comma", ',');
        delimiters.put("semicolon", ';');
        delimiters.put("tab", '\t');
        delimiters.put("pipe", '|');
        return delimiters;
    }

    /** Whether it is a comma. */
    private static Map<String, Boolean> decimalMarks() {
        Map<String, Boolean> marks = new LinkedHashMap<>();
        marks.put("point", false);
        marks.put("comma", true);
        return marks;
    }

    private Optional<Waveform> replay() {
        return findings.recordings()
                .table(source, values.place(FILE), findings)
                .flatMap(this::recording)
                .map(recording -> new Replay(recording, values.get(SPEED), values.get(LOOP), Replay.NOT_YET));
    }

    private Optional<Recording> recording(Table table) {
        boolean hasNames = hasName(COLUMN) || hasName(TIME);
        int first = hasNames ? 1 : 0;
        int rows = table.rows() - first;
        if (rows == 0) {
            findings.add(
                    values.place(FILE), "'%s' has no rows below the names of its columns".formatted(source.path()));
            return Optional.empty();
        }
        OptionalInt column = column(COLUMN, table);
        if (column.isEmpty()) {
            return Optional.empty();
        }
        boolean hasDecimalComma = values.get(DECIMAL);
        double[] numbers = findings.recordings()
                .values(
                        new Part(source, column.getAsInt(), first, hasDecimalComma),
                        table,
                        hasDecimalComma,
                        lines(COLUMN));
        int played = (int) Math.min(rows, values.find(LIMIT).orElse((long) Table.MOST_ROWS));
        return values.has(TIME) ? timed(numbers, table, first, played) : paced(numbers, table, first, played);
    }

    private boolean hasName(Key<Column> key) {
        return values.find(key).flatMap(Column::name).isPresent();
    }

    /** Which column it is, from 0. */
    private OptionalInt column(Key<Column> key, Table table) {
        Column column = values.get(key);
        List<String> cells = table.cells(0);
        int index = column.name().map(name -> cells.indexOf(name.strip())).orElse(column.number() - 1);
        if (index < 0) {
            findings.add(
                    values.place(key),
                    "must be a column of '%s', which has %s".formatted(source.path(), Names.listed(cells)));
        } else if (index >= cells.size()) {
            findings.add(
                    values.place(key), "must be a column of '%s', which has %d".formatted(source.path(), cells.size()));
        } else {
            return OptionalInt.of(index);
        }
        return OptionalInt.empty();
    }

    private Optional<Recording> timed(double[] numbers, Table table, int first, int played) {
        OptionalInt column = column(TIME, table);
        if (column.isEmpty()) {
            return Optional.empty();
        }
        RowTime form = RowTime.of(values.get(TIME_FORMAT)).orElseThrow();
        long[] times = findings.recordings()
                .times(new Part(source, column.getAsInt(), first, form.name()), table, form, lines(TIME));
        long last = times[played - 1];
        if (last <= 0 && findings.count() == before) {
            findings.add(values.place(TIME), "'%s' must have rows with different times".formatted(source.path()));
        }
        return recording(times, numbers, played, last + last / Math.max(1, played - 1));
    }

    private Optional<Recording> paced(double[] numbers, Table table, int first, int played) {
        long pace = values.get(PACE).toNanos();
        if (pace > Long.MAX_VALUE / 2 / numbers.length) {
            findings.add(
                    values.place(PACE), "is too long for the %d rows of '%s'".formatted(numbers.length, source.path()));
            return Optional.empty();
        }
        long[] times = findings.recordings().times(new Part(source, NO_COLUMN, first, pace), table, pace);
        return recording(times, numbers, played, played * pace);
    }

    private Optional<Recording> recording(long[] times, double[] numbers, int played, long length) {
        return findings.count() == before
                ? Optional.of(new Recording(times, numbers, played, length))
                : Optional.empty();
    }

    /** Problems of lines are those of a key; after some, the others are much the same. */
    private Recordings.Lines lines(Key<?> key) {
        int[] count = {0};
        return (line, message) -> {
            count[0]++;
            if (count[0] <= MOST_LINES) {
                findings.add(values.place(key), "line %d of '%s' %s".formatted(line, source.path(), message));
            }
        };
    }
}
