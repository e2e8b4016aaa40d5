package dev.sensorline.simulator.verify;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.fleet.ledger.LedgerGroup;
import dev.sensorline.fleet.verify.Verification;

/** The points of a measurement in InfluxDB 1.8, read while they arrive: the answer may be larger than the heap. */
final class StoredPoints {

    private static final int CONNECT_MILLIS = 5_000;
    /** InfluxDB may search for long before its first point. */
    private static final int READ_MILLIS = 120_000;

    private static final int NANOS_PER_SECOND = 1_000_000_000;

    /** InfluxDB cannot be reached, or refuses. */
    static final class StoreException extends IOException {

        private static final long serialVersionUID = 1;

        StoreException(String message) {
            super(message);
        }
    }

    private final VerifyArguments arguments;
    private final Optional<String> password;
    private final Verification verification;

    /** Of the series that is read. A series of many points comes in several parts. */
    private Map<String, String> tags = Map.of();

    private boolean isBegun;
    private int timeColumn;
    private int sequenceColumn;
    /** The metric of each column, or less than 0. */
    private int[] metricOf = {};

    private double[] values = {};
    private Optional<LedgerGroup> group = Optional.empty();

    StoredPoints(VerifyArguments arguments, Optional<String> password, Verification verification) {
        this.arguments = arguments;
        this.password = password;
        this.verification = verification;
    }

    /** Passes all points on to the verification. */
    void read() throws IOException {
        HttpURLConnection connection = connect();
        boolean isOk;
        try {
            isOk = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            throw new StoreException("cannot be reached: " + e.getMessage());
        }
        InputStream answer = isOk ? connection.getInputStream() : connection.getErrorStream();
        if (answer != null) {
            try (JsonParser parser = new JsonFactory().createParser(answer)) {
                read(parser);
            } catch (JsonProcessingException e) {
                throw new StoreException(
                        isOk ? "sends an answer that is cut or no JSON" : status(connection.getResponseCode()));
            }
        }
        if (!isOk) {
            throw new StoreException(status(connection.getResponseCode()));
        }
    }

    private static String status(int code) {
        return "answers with status %d: is it InfluxDB 1.8?".formatted(code);
    }

    private HttpURLConnection connect() throws IOException {
        String url = arguments.influx().toString().replaceFirst("/$", "") + "/query?chunked=true&epoch=ns&db="
                + URLEncoder.encode(arguments.database(), StandardCharsets.UTF_8) + "&q="
                + URLEncoder.encode(query(), StandardCharsets.UTF_8);
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        arguments.user().ifPresent(user -> {
            byte[] credentials = (user + ":" + password.orElse("")).getBytes(StandardCharsets.UTF_8);
            connection.setRequestProperty(
                    "Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
        });
        return connection;
    }

    private String query() {
        return "SELECT * FROM \"%s\" WHERE time >= %s%s GROUP BY *"
                .formatted(
                        arguments.measurement().replace("\\", "\\\\").replace("\"", "\\\""),
                        verification.earliest(),
                        arguments
                                .until()
                                .map(until ->
                                        " AND time < " + (until.getEpochSecond() * NANOS_PER_SECOND + until.getNano()))
                                .orElse(""));
    }

    /** The form of answers: results, of which each has series, of which each has tags, columns and values, in this order. */
    private void read(JsonParser parser) throws IOException {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token != JsonToken.FIELD_NAME) {
                continue;
            }
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "error" -> throw new StoreException("refuses the query: " + parser.getText());
                case "tags" -> readTags(parser);
                case "columns" -> readColumns(parser);
                case "values" -> readRows(parser);
                default -> {
                    // What is inside is looked at next.
                }
            }
        }
    }

    private void readTags(JsonParser parser) throws IOException {
        Map<String, String> read = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            read.put(name, parser.nextTextValue());
        }
        if (!isBegun || !read.equals(tags)) {
            isBegun = true;
            tags = read;
            group = verification.series(read.getOrDefault(arguments.tag(), ""));
        }
    }

    private void readColumns(JsonParser parser) throws IOException {
        List<String> columns = new ArrayList<>();
        while (parser.nextToken() == JsonToken.VALUE_STRING) {
            columns.add(parser.getText());
        }
        List<String> metrics = group.stream()
                .flatMap(each -> each.metrics().stream())
                .map(LedgerGroup.Metric::name)
                .toList();
        timeColumn = columns.indexOf("time");
        sequenceColumn = columns.indexOf(arguments.sequence());
        metricOf = columns.stream().mapToInt(metrics::indexOf).toArray();
        values = new double[metrics.size()];
    }

    private void readRows(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.START_ARRAY) {
            long time = 0;
            long sequence = Verification.NO_SEQUENCE;
            Arrays.fill(values, Double.NaN);
            int column = 0;
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (token.isNumeric()) {
                    if (column == timeColumn) {
                        time = parser.getLongValue();
                    } else if (metricOf[column] >= 0) {
                        values[metricOf[column]] = parser.getDoubleValue();
                    } else if (column == sequenceColumn) {
                        sequence = parser.getLongValue();
                    }
                }
                column++;
            }
            verification.point(time, sequence, values);
        }
    }
}
