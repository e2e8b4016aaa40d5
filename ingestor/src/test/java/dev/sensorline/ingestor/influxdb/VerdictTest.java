package dev.sensorline.ingestor.influxdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.ingestor.influxdb.Verdict.Kind;

/** What answers mean. Those of InfluxDB 1.8 are as 1.8.10 gave them, the others as their documentation has them. */
class VerdictTest {

    private static Answer answer(int status, String words) {
        return new Answer(status, words, false, List.of(), Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # InfluxDB 1.8
            204|                                                                                        | ACCEPTED       | -1
            400|partial write: field type conflict: input field "value" on measurement "s" is type integer, already exists as type float dropped=2 | PARTLY_REFUSED | 2
            400|partial write: points beyond retention policy dropped=1                                 | PARTLY_REFUSED | 1
            400|partial write: unable to parse 's value=x 1': invalid boolean dropped=0                 | PARTLY_REFUSED | 0
            400|partial write: invalid tag key: input tag "time" on measurement "s" is invalid dropped=1 | PARTLY_REFUSED | 1
            400|field type conflict                                                                     | REFUSED        | -1
            400|unable to parse 's value=1 9223372036854775807': time outside range -9 - 9              | REFUSED        | -1
            400|partial write: max-values-per-tag limit exceeded (3/3): measurement="s" tag="name" value="D" dropped=2 | FULL | 2
            400|partial write: max-series-per-database limit exceeded: (6) dropped=3                    | FULL           | 3
            413|Request Entity Too Large                                                                | REFUSED        | -1
            401|authorization failed                                                                    | AWAY           | -1
            403|"writer" user is not authorized to write to database "sensors"                          | AWAY           | -1
            404|database not found: "sensors"                                                           | AWAY           | -1
            500|retention policy not found: week                                                        | FAILED         | -1
            500|engine: cannot write: no space left on device                                           | FAILED         | -1
            503|timeout                                                                                 | AWAY           | -1
            # InfluxDB 2
            422|failure writing points to database: partial write: field type conflict: input field "value" on measurement "s" is type float, already exists as type integer dropped=1 | PARTLY_REFUSED | 1
            400|unable to parse 's': missing fields                                                     | REFUSED        | -1
            401|unauthorized access                                                                     | AWAY           | -1
            403|insufficient permissions for write                                                      | AWAY           | -1
            404|bucket "sensors" not found                                                              | AWAY           | -1
            413|unable to read data: points batch is too large                                          | REFUSED        | -1
            422|failure writing points to database: partial write: points beyond retention policy dropped=3 | PARTLY_REFUSED | 3
            429|org limit exceeded                                                                      | AWAY           | -1
            500|internal server error                                                                   | FAILED         | -1
            503|service unavailable                                                                     | AWAY           | -1
            # InfluxDB 3
            400|partial write of line protocol occurred                                                 | PARTLY_REFUSED | -1
            400|parsing failed for write_lp endpoint                                                    | REFUSED        | -1
            400|line protocol parsing error                                                             | REFUSED        | -1
            401|cannot authenticate token                                                               | AWAY           | -1
            404|database not found                                                                      | AWAY           | -1
            413|request body too large                                                                  | REFUSED        | -1
            422|Adding a new database would exceed limit of 5 databases                                 | REFUSED        | -1
            # VictoriaMetrics
            204|                                                                                        | ACCEPTED       | -1
            400|cannot read line protocol: cannot find whitespace between measurement and fields        | REFUSED        | -1
            401|invalid auth token                                                                      | AWAY           | -1
            503|cannot add rows: the storage is in read-only mode                                       | AWAY           | -1
            # Something else
            200|Please sign in                                                                          | FOREIGN        | -1
            202|                                                                                        | FOREIGN        | -1
            205|                                                                                        | FOREIGN        | -1
            301|Moved Permanently                                                                       | FOREIGN        | -1
            302|                                                                                        | FOREIGN        | -1
            307|Temporary Redirect                                                                      | FOREIGN        | -1
            407|Proxy Authentication Required                                                           | AWAY           | -1
            418|I am a teapot                                                                           | AWAY           | -1
            504|Gateway Timeout                                                                         | AWAY           | -1
            502|Bad Gateway                                                                             | AWAY           | -1
            405|Method Not Allowed                                                                      | AWAY           | -1
            """)
    void an_answer_to_points(int status, String words, Kind kind, int dropped) {
        Verdict verdict = Verdict.of(answer(status, words == null ? "" : words), true);
        assertEquals(kind, verdict.kind());
        assertEquals(dropped, verdict.dropped());
    }

    @Test
    void influxdb_3_numbers_the_lines_that_it_refuses() {
        Verdict verdict = Verdict.of(
                new Answer(400, "partial write of line protocol occurred", false, List.of(2, 4), Duration.ZERO), true);
        assertEquals(Kind.PARTLY_REFUSED, verdict.kind());
        assertEquals(2, verdict.dropped());
    }

    @Test
    void a_line_that_influxdb_3_numbers_in_a_request_of_which_it_stores_nothing_is_no_partial_write() {
        Verdict verdict = Verdict.of(
                new Answer(400, "parsing failed for write_lp endpoint", false, List.of(2), Duration.ZERO), true);
        assertEquals(Kind.REFUSED, verdict.kind());
        assertEquals(Verdict.UNKNOWN, verdict.dropped());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 205, 301, 302, 307})
    void what_does_not_answer_204_to_a_request_without_points_is_not_influxdb(int status) {
        assertEquals(Kind.FOREIGN, Verdict.of(answer(status, ""), false).kind());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void what_refuses_a_request_without_points_is_not_influxdb(int status) {
        Verdict verdict = Verdict.of(answer(status, "Client sent an HTTP request to an HTTPS server.\n"), false);
        assertEquals(Kind.FOREIGN, verdict.kind());
        assertEquals(
                "this is not InfluxDB's answer: " + status + " Client sent an HTTP request to an HTTPS server.",
                verdict.shown());
    }
}
