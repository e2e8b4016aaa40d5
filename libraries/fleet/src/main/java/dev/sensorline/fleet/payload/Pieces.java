package dev.sensorline.fleet.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.NamePattern;

/** Puts an encoder together from pieces: what is the same in all payloads of a group is encoded once. */
final class Pieces {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Group group;
    private final List<Encoder> pieces = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();

    Pieces(Group group) {
        this.group = group;
    }

    /** A text that is the same in all payloads. */
    Pieces text(String text) {
        literal.append(text);
        return this;
    }

    /**
     * The sensor's name.
     *
     * @param escape of the texts before and after the number
     */
    Pieces name(UnaryOperator<String> escape) {
        NamePattern names = group.names();
        text(escape.apply(names.before()));
        return names.isNumbered() ? number().text(escape.apply(names.after())) : this;
    }

    /** The number in the sensor's name. */
    Pieces number() {
        int first = group.names().first();
        return add((measurement, out) -> out.appendDigits((long) first + measurement.sensor));
    }

    /** The value of a metric: 0, 1, 2, … */
    Pieces value(int index) {
        Metric metric = group.metrics().get(index);
        return add((measurement, out) -> out.appendText(metric, measurement.values[index]));
    }

    /** The time in milliseconds. */
    Pieces milliseconds() {
        return add((measurement, out) -> out.appendDigits(milliseconds(measurement.time)));
    }

    /** The time in nanoseconds. */
    Pieces nanoseconds() {
        return add((measurement, out) -> out.appendDigits(measurement.time));
    }

    /** The time in seconds, as a decimal. */
    Pieces seconds() {
        return add((measurement, out) -> {
            out.appendDigits(measurement.time / NANOS_PER_SECOND);
            long fraction = measurement.time % NANOS_PER_SECOND;
            if (fraction > 0) {
                out.append('.');
            }
            for (long unit = NANOS_PER_SECOND / 10; fraction > 0; fraction %= unit, unit /= 10) {
                out.append((int) ('0' + fraction / unit));
            }
        });
    }

    /** The number of the reading. */
    Pieces sequence() {
        return add((measurement, out) -> out.appendDigits(measurement.sequence));
    }

    /** The time of sending, in milliseconds. */
    Pieces sent() {
        return add((measurement, out) -> out.appendDigits(milliseconds(measurement.sent)));
    }

    Pieces add(Encoder piece) {
        endLiteral();
        pieces.add(piece);
        return this;
    }

    /** All of them, one after the other. */
    Encoder toEncoder() {
        endLiteral();
        Encoder[] all = pieces.toArray(Encoder[]::new);
        return (measurement, out) -> {
            for (Encoder piece : all) {
                piece.encode(measurement, out);
            }
        };
    }

    private void endLiteral() {
        if (literal.length() > 0) {
            byte[] octets = literal.toString().getBytes(UTF_8);
            pieces.add((measurement, out) -> out.append(octets));
            literal.setLength(0);
        }
    }

    /** Of a time in nanoseconds. */
    static long milliseconds(long nanos) {
        return Math.floorDiv(nanos, NANOS_PER_MILLI);
    }
}
