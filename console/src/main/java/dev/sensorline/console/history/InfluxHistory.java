package dev.sensorline.console.history;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.InfluxQLQueryApi;
import com.influxdb.client.domain.InfluxQLQuery;
import com.influxdb.client.domain.InfluxQLQuery.InfluxQLPrecision;
import com.influxdb.query.InfluxQLQueryResult;

import dev.sensorline.points.Series;
import io.smallrye.mutiny.Uni;
import okhttp3.OkHttpClient;

/**
 * Readings from InfluxDB 1.8. Ranges in steps of whole minutes are read from the points of a minute, except the last minutes, which
 * those do not have yet.
 */
final class InfluxHistory implements History, AutoCloseable {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** Of the points of a minute, the last are not there yet: the continuous query runs each minute. */
    private static final Duration UNFINISHED = Duration.ofMinutes(3);
    /** Periods are learnt from readings that are not older. */
    private static final Duration DAY = Duration.ofDays(1);

    private final String database;
    private final InfluxQl queries;
    private final StoreQueries store;
    private final Clock clock;
    private final InfluxDBClient client;
    private final InfluxQLQueryApi api;
    /** Whether the database has the retention policy with the points of a minute. */
    private volatile boolean hasMinutes;

    /**
     * Does not connect yet.
     *
     * @param url    of the HTTP interface
     * @param policy from which readings are read; empty for the default of the database
     * @param http   how to connect, and as whom
     */
    InfluxHistory(
            String url, String database, String policy, OkHttpClient.Builder http, StoreQueries store, Clock clock) {
        this.database = database;
        this.queries = new InfluxQl(database, policy);
        this.store = store;
        this.clock = clock;
        this.client = InfluxDBClientFactory.create(InfluxDBClientOptions.builder()
                .url(url)
                .okHttpClient(http.addInterceptor(new CheckedAnswers()))
                .build());
        this.api = client.getInfluxQLQueryApi();
    }

    @Override
    public String source() {
        return "influxdb";
    }

    @Override
    public StoreState state() {
        return store.state();
    }

    @Override
    public void probe() {
        store.probe(() -> {
            try {
                answer(queries.latestMinute());
                hasMinutes = true;
            } catch (CheckedAnswers.QueryFailedException e) {
                if (!String.valueOf(e.getMessage()).startsWith("retention policy not found")) {
                    throw e;
                }
                hasMinutes = false;
            }
            return hasMinutes;
        });
    }

    @Override
    public Uni<List<Downsampled>> readings(Question question) {
        return store.ask(() -> {
            Instant border = question.to();
            List<Downsampled> readings = List.of();
            if (isInMinutes(question)) {
                border = border(question);
                readings = readings(
                        queries.readingsFromMinutes(until(question, border)), question.series());
            }
            if (readings.isEmpty()) {
                // Also when somebody has brought in readings, of which there are no points of a minute.
                return readings(queries.readings(question), question.series());
            }
            List<Downsampled> all = new ArrayList<>(readings);
            if (border.isBefore(question.to())) {
                all.addAll(readings(queries.readings(from(question, border)), question.series()));
            }
            return all;
        });
    }

    private boolean isInMinutes(Question question) {
        return hasMinutes
                && question.series().measurement().equals(InfluxQl.MINUTES_MEASUREMENT)
                && question.field().equals(InfluxQl.MINUTES_FIELD)
                && question.step().toMillis() % MINUTE.toMillis() == 0
                && question.from().isBefore(border(question));
    }

    /** Up to which time the points of a minute are complete, at the border of a step. */
    private Instant border(Question question) {
        long step = question.step().toMillis();
        long complete = Math.floorDiv(clock.instant().minus(UNFINISHED).toEpochMilli(), step) * step;
        return Instant.ofEpochMilli(Math.min(complete, question.to().toEpochMilli()));
    }

    private static Question until(Question question, Instant to) {
        return new Question(question.series(), question.field(), question.from(), to, question.step());
    }

    private static Question from(Question question, Instant from) {
        return new Question(question.series(), question.field(), from, question.to(), question.step());
    }

    private List<Downsampled> readings(String query, Series series) throws IOException {
        try {
            return rows(answer(query), series)
                    .map(row -> new Downsampled(
                            Long.parseLong(text(row, "time")), number(row, "mean"), number(row, "min"), number(row, "max")))
                    .toList();
        } catch (CheckedAnswers.QueryFailedException e) {
            if (isAboutType(e)) {
                return List.of();
            }
            throw e;
        }
    }

    /** The field has texts or booleans, which have no mean. */
    private static boolean isAboutType(CheckedAnswers.QueryFailedException failure) {
        return String.valueOf(failure.getMessage()).startsWith("unsupported ");
    }

    @Override
    public Uni<List<Instant>> lastTimes(Series series, String field, int most) {
        return store.ask(() -> {
            List<Instant> times = new ArrayList<>(rows(
                            answer(queries.lastTimes(series, field, most, clock.instant().minus(DAY))), series)
                    .map(row -> Instant.ofEpochMilli(Long.parseLong(text(row, "time"))))
                    .toList());
            Collections.reverse(times);
            return times;
        });
    }

    private InfluxQLQueryResult answer(String query) throws IOException {
        try {
            InfluxQLQueryResult result = api.queryJSON(
                    new InfluxQLQuery(query, database).setPrecision(InfluxQLPrecision.MILLISECONDS));
            if (result == null) {
                throw new IOException("The answer is not complete");
            }
            return result;
        } catch (com.influxdb.exceptions.InfluxException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** The rows of the series itself, not of those that have more tags. */
    private static Stream<InfluxQLQueryResult.Series.Record> rows(InfluxQLQueryResult result, Series series) {
        return result.getResults().stream()
                .flatMap(statement -> statement.getSeries().stream())
                .filter(each -> isOf(series, each.getTags()))
                .flatMap(each -> each.getValues().stream());
    }

    private static boolean isOf(Series series, @Nullable Map<String, String> tags) {
        Map<String, String> present = new TreeMap<>(tags == null ? Map.of() : tags);
        present.values().removeIf(String::isEmpty);
        return present.equals(series.tags());
    }

    private static String text(InfluxQLQueryResult.Series.Record row, String column) {
        return String.valueOf(row.getValueByKey(column));
    }

    private static double number(InfluxQLQueryResult.Series.Record row, String column) {
        return Double.parseDouble(text(row, column));
    }

    @Override
    public void close() {
        client.close();
        store.close();
    }
}
