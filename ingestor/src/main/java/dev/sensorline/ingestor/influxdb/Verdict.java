package dev.sensorline.ingestor.influxdb;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer of a store means. The first row that applies counts.
 *
 * <table>
 * <caption>Answers of InfluxDB 1.8, 2 and 3, VictoriaMetrics, and whatever else listens at the address</caption>
 * <tr><th>request</th><th>answer</th><th>means</th></tr>
 * <tr><td>any</td><td>204</td><td>{@link Kind#ACCEPTED}. VictoriaMetrics too answers 204 only</td></tr>
 * <tr><td>any</td><td>any other 2xx, 3xx</td><td>{@link Kind#FOREIGN}: a sign-in page, a captive portal, a queue</td></tr>
 * <tr><td>no points</td><td>400, 413, 422</td><td>{@link Kind#FOREIGN}: there is no content to refuse. Go's servers answer 400
 *     to everything that is sent to their TLS port without TLS</td></tr>
 * <tr><td>points</td><td>400, 422: {@code max-values-per-tag}, {@code max-series-per-database}</td>
 *     <td>{@link Kind#FULL}: the store has no room for new series; {@code dropped=} points are not stored</td></tr>
 * <tr><td>points</td><td>400, 422: {@code partial write: … dropped=n}, or {@code partial write} and the refused lines by number
 *     (InfluxDB 3)</td><td>{@link Kind#PARTLY_REFUSED}: the other points are stored</td></tr>
 * <tr><td>points</td><td>400, 413, 422 otherwise</td><td>{@link Kind#REFUSED}: none or some of the points are stored.
 *     If InfluxDB does not say that it is InfluxDB, another request must show whether the content is to blame</td></tr>
 * <tr><td>any</td><td>500</td><td>{@link Kind#FAILED}: the store or a part of it cannot write</td></tr>
 * <tr><td>any</td><td>everything else: 401, 403, 404, 405, 415, 429, 502, 503, 504, …</td><td>{@link Kind#AWAY}: password, right,
 *     database, header or load, and nothing about the points</td></tr>
 * </table>
 *
 * @param dropped how many points the store says it has not stored; {@link #UNKNOWN} if it does not say
 * @see <a href="https://docs.influxdata.com/influxdb/v1/tools/api/#apiv2write-http-endpoint">InfluxDB 1.8</a>
 * @see <a href="https://docs.influxdata.com/influxdb/v2/write-data/troubleshoot/">InfluxDB 2</a>
 * @see <a href="https://docs.influxdata.com/influxdb3/core/write-data/troubleshoot/">InfluxDB 3</a>
 */
record Verdict(Kind kind, int dropped, Answer answer) {

    /** The store does not say how many points it has not stored. */
    static final int UNKNOWN = -1;

    private static final Pattern DROPPED = Pattern.compile("dropped=(\\d{1,9})\\s*$");
    private static final String PARTIAL = "partial write";

    /** What a store has done with a request. */
    enum Kind {
        ACCEPTED,
        PARTLY_REFUSED,
        REFUSED,
        FULL,
        FAILED,
        AWAY,
        FOREIGN
    }

    /** @param hasPoints whether the request had points, and was not a probe */
    static Verdict of(Answer answer, boolean hasPoints) {
        Kind kind = kind(answer, hasPoints);
        return new Verdict(kind, dropped(answer), answer);
    }

    private static Kind kind(Answer answer, boolean hasPoints) {
        int status = answer.status();
        if (status == 204) {
            return Kind.ACCEPTED;
        }
        if (status < 400) {
            return Kind.FOREIGN;
        }
        if (status == 500) {
            return Kind.FAILED;
        }
        if (status != 400 && status != 413 && status != 422) {
            return Kind.AWAY;
        }
        if (!hasPoints) {
            return Kind.FOREIGN;
        }
        String words = answer.words();
        if (words.contains("max-values-per-tag") || words.contains("max-series-per-database")) {
            return Kind.FULL;
        }
        return words.contains(PARTIAL) ? Kind.PARTLY_REFUSED : Kind.REFUSED;
    }

    private static int dropped(Answer answer) {
        if (!answer.words().contains(PARTIAL)) {
            return UNKNOWN;
        }
        if (!answer.lineNumbers().isEmpty()) {
            return answer.lineNumbers().size();
        }
        Matcher dropped = DROPPED.matcher(answer.words());
        return dropped.find() ? Integer.parseInt(dropped.group(1)) : UNKNOWN;
    }

    /** Whether the answer is about the points for certain: in the words of a store that has read them. */
    boolean isProven() {
        return answer.isInfluxDb() || dropped != UNKNOWN;
    }

    /** For people: status and explanation. */
    String shown() {
        return (kind == Kind.FOREIGN ? "this is not InfluxDB's answer: " : "") + answer.shown();
    }
}
