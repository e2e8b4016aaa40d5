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
            429|org limit exceeded                                                                      | AWAY           | -1
            # VictoriaMetrics
            400|cannot read line protocol: cannot find whitespace between measurement and fields        | REFUSED        | -1
            # Something else
            200|Please sign in                                                                          | FOREIGN        | -1
            202|                                                                                        | FOREIGN        | -1
            302|                                                                                        | FOREIGN        | -1
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
