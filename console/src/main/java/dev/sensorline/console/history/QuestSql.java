package dev.sensorline.console.history;

import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.sensorline.console.history.History.Question;
import dev.sensorline.points.Series;

/**
 * Queries in the SQL of QuestDB: a table for each measurement, a column for each tag and field. Each is bounded in time and number, and
 * quotes every name.
 *
 * @see <a href="https://questdb.com/docs/reference/sql/sample-by/">SAMPLE BY</a>
 */
final class QuestSql {

    /** QuestDB has no table and no column with any of them in its name (TableUtils.isValidTableName, isValidColumnName). */
    private static final String NOT_IN_NAMES = "?.,'\"\\/:()+-*%~\u0000\r\n\uFEFF";

    private QuestSql() {}

    /** Whether QuestDB can have a table or a column with this name. */
    static boolean isPossibleName(String name) {
        return !name.isEmpty()
                && name.chars().noneMatch(c -> NOT_IN_NAMES.indexOf(c) >= 0 || Character.isISOControl(c));
    }

    /** Names and types of the columns of a table. */
    static String columns(String table) {
        return "SELECT \"column\", \"type\" FROM table_columns(" + string(table) + ")";
    }

    /** Mean, minimum and maximum of each step. @param otherTags columns that are empty in the series */
    static String readings(Question question, Set<String> otherTags) {
        return "SELECT timestamp, avg(%1$s), min(%1$s), max(%1$s) FROM %2$s WHERE timestamp >= '%3$s' AND timestamp < '%4$s'%5$s"
                        .formatted(
                                name(question.field()),
                                name(question.series().measurement()),
                                question.from(),
                                question.to(),
                                tags(question.series(), otherTags))
                + " AND %s IS NOT NULL SAMPLE BY %dT ALIGN TO CALENDAR LIMIT %d"
                        .formatted(name(question.field()), question.step().toMillis(), InfluxQl.MOST_ROWS);
    }

    /** The last readings, the latest first. */
    static String lastTimes(Series series, String field, int most, Instant from, Set<String> otherTags) {
        return "SELECT timestamp FROM %s WHERE timestamp >= '%s'%s AND %s IS NOT NULL ORDER BY timestamp DESC LIMIT %d"
                .formatted(
                        name(series.measurement()),
                        from,
                        tags(series, otherTags),
                        name(field),
                        Math.min(most, InfluxQl.MOST_ROWS));
    }

    private static String tags(Series series, Set<String> otherTags) {
        return Stream.concat(
                        series.tags().entrySet().stream()
                                .map(tag -> " AND " + name(tag.getKey()) + " = " + string(tag.getValue())),
                        otherTags.stream().map(tag -> " AND " + name(tag) + " IS NULL"))
                .collect(Collectors.joining());
    }

    /** In double quotes; {@linkplain #isPossibleName possible names} have none in them. */
    private static String name(String name) {
        return '"' + name + '"';
    }

    /** In single quotes, where a backslash is a backslash. */
    static String string(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
