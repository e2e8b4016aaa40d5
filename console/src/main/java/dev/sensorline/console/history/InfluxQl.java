package dev.sensorline.console.history;

import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

import dev.sensorline.console.history.History.Question;
import dev.sensorline.points.Series;

/**
 * Queries in InfluxQL of InfluxDB 1.8. Each names database and retention policy, is bounded in time and number, and quotes every name.
 * <p>
 * Other series may have the tags of a series and more. All series are grouped by all tags, and InfluxDB sorts them by their tags, with a
 * missing tag as an empty text. So the series itself is the first one, if it has points at all.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/query_language/spec/">InfluxQL specification</a>
 */
final class InfluxQl {

    /** Also the most readings that the API answers with. */
    static final int MOST_ROWS = 10_000;

    /**
     * The points of a minute: deploy/influxdb/scripts/influxdb-init.iql makes the retention policy, and a continuous query that fills it
     * from the field {@value #MINUTES_FIELD} of the measurement {@value #MINUTES_MEASUREMENT}.
     */
    static final String MINUTES = "minutes";

    static final String MINUTES_MEASUREMENT = "sensor";
    static final String MINUTES_FIELD = "value";

    private final String database;
    /** The policy of the readings as they came. */
    private final String policy;

    /** @param policy empty for the default of the database */
    InfluxQl(String database, String policy) {
        this.database = database;
        this.policy = policy;
    }

    /** Mean, minimum and maximum of each step, from the readings as they came. */
    String readings(Question question) {
        return "SELECT mean(%1$s) AS \"mean\", min(%1$s) AS \"min\", max(%1$s) AS \"max\" FROM %2$s WHERE %3$s AND %4$s%5$s"
                .formatted(
                        identifier(question.field()),
                        source(policy, question.series().measurement()),
                        range(question),
                        tags(question.series()),
                        grouping(question));
    }

    /** The same from the points of a minute; a minute with more readings counts for more. */
    String readingsFromMinutes(Question question) {
        return ("SELECT sum(\"sum\") / sum(\"count\") AS \"mean\", min(\"min\") AS \"min\", max(\"max\") AS \"max\" FROM"
                        + " (SELECT \"mean\" * \"count\" AS \"sum\", \"count\", \"min\", \"max\" FROM %1$s WHERE %2$s AND %3$s GROUP BY *)"
                        + " WHERE %2$s%4$s")
                .formatted(
                        source(MINUTES, question.series().measurement()),
                        range(question),
                        tags(question.series()),
                        grouping(question));
    }

    /** The last readings, the latest first. */
    String lastTimes(Series series, String field, int most, Instant from) {
        return "SELECT %s FROM %s WHERE time >= %dms AND %s GROUP BY * ORDER BY time DESC LIMIT %d SLIMIT 1"
                .formatted(
                        identifier(field),
                        source(policy, series.measurement()),
                        from.toEpochMilli(),
                        tags(series),
                        Math.min(most, MOST_ROWS));
    }

    /**
     * Whether readings can be asked for, and whether there are points of a minute; else the error says that the policy is not found. Not
     * SHOW RETENTION POLICIES: its answer has no name of a series, at which the client fails.
     */
    String latestMinute() {
        return "SELECT \"count\" FROM %s ORDER BY time DESC LIMIT 1".formatted(source(MINUTES, MINUTES_MEASUREMENT));
    }

    private String source(String retentionPolicy, String measurement) {
        return identifier(database) + "." + (retentionPolicy.isEmpty() ? "" : identifier(retentionPolicy)) + "."
                + identifier(measurement);
    }

    private static String range(Question question) {
        return "time >= %dms AND time < %dms"
                .formatted(question.from().toEpochMilli(), question.to().toEpochMilli());
    }

    private static String tags(Series series) {
        return series.tags().isEmpty()
                ? "true"
                : series.tags().entrySet().stream()
                        .map((Map.Entry<String, String> tag) ->
                                identifier(tag.getKey()) + " = " + string(tag.getValue()))
                        .collect(Collectors.joining(" AND "));
    }

    private static String grouping(Question question) {
        return " GROUP BY time(%dms), * fill(none) LIMIT %d SLIMIT 1"
                .formatted(question.step().toMillis(), MOST_ROWS);
    }

    /** In double quotes. */
    static String identifier(String text) {
        return '"' + escaped(text).replace("\"", "\\\"") + '"';
    }

    /** In single quotes. */
    static String string(String text) {
        return "'" + escaped(text).replace("'", "\\'") + "'";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }
}
