package dev.sensorline.console.history;

import java.io.EOFException;
import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;

/**
 * Reads an answer of InfluxDB whole before the client does, because the client (influxdb-client-java 7.5.0, {@code
 * InfluxQLQueryApiImpl}) would not notice that there is none:
 * <ul>
 * <li>It drops {@code error}, with which InfluxDB 1.8 answers a query that fails, with status 200, and {@code partial}, with which it
 * says that rows are missing.
 * <li>It takes a connection that ends early for the end of the answer ({@code AbstractRestClient.catchOrPropagateException}), and the page
 * of another server for an answer without rows.
 * <li>It does not find the reason in an error of InfluxDB 1.8.
 * <li>It holds an answer of any length.
 * </ul>
 */
final class CheckedAnswers implements Interceptor {

    /** More than {@link InfluxQl#MOST_ROWS} rows of each of two statements take. */
    private static final long MOST_BYTES = 8L << 20;

    /** A query that InfluxDB has refused. */
    static final class QueryFailedException extends IOException {

        private static final long serialVersionUID = 1L;

        QueryFailedException(String message) {
            super(message);
        }
    }

    private final JsonFactory json = new JsonFactory();

    @Override
    public Response intercept(Chain chain) throws IOException {
        try {
            return checked(chain.proceed(chain.request()));
        } catch (EOFException e) {
            throw new IOException("The connection was closed before the answer was complete", e);
        }
    }

    private Response checked(Response response) throws IOException {
        byte[] body;
        MediaType type;
        try (ResponseBody answer = response.body()) {
            type = answer.contentType();
            BufferedSource source = answer.source();
            if (source.request(MOST_BYTES + 1)) {
                throw new IOException("The answer is longer than " + MOST_BYTES + " bytes");
            }
            body = source.readByteArray();
        }
        try {
            check(body);
        } catch (QueryFailedException e) {
            throw e;
        } catch (IOException e) {
            throw response.isSuccessful() ? e : new IOException("It answers with status " + response.code(), e);
        }
        if (!response.isSuccessful()) {
            throw new IOException("It answers with status " + response.code());
        }
        return response.newBuilder().body(ResponseBody.create(body, type)).build();
    }

    private void check(byte[] body) throws IOException {
        boolean hasResults = false;
        try (JsonParser parser = json.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.FIELD_NAME) {
                    continue;
                }
                String name = parser.currentName();
                // Tags are deeper, and may have any name.
                boolean isOfAnswer = depth(parser) <= 2;
                if (isOfAnswer && name.equals("results")) {
                    hasResults = true;
                } else if (isOfAnswer && name.equals("error")) {
                    parser.nextToken();
                    throw new QueryFailedException(parser.getText());
                } else if (name.equals("partial") && depth(parser) <= 3) {
                    throw new IOException("The answer has too many rows");
                }
            }
        } catch (JsonProcessingException e) {
            throw new IOException("The answer is not JSON: another server may have answered", e);
        }
        if (!hasResults) {
            throw new IOException("The answer is not that of InfluxDB: another server may have answered");
        }
    }

    /** How many objects a member is in: 1 for those of the whole answer, 2 for those of a statement, 3 for those of a series. */
    private static int depth(JsonParser parser) {
        int depth = 0;
        for (JsonStreamContext at = parser.getParsingContext(); at != null; at = at.getParent()) {
            if (at.inObject()) {
                depth++;
            }
        }
        return depth;
    }
}
