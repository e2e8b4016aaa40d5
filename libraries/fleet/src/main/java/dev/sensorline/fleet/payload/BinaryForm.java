package dev.sensorline.fleet.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Consumer;

import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Metric;
import dev.sensorline.fleet.NamePattern;
import dev.sensorline.fleet.waveform.Digits;

/** The members of {@link JsonForm} in a binary notation. Numbers without a fraction are integers, others have 64 bits. */
final class BinaryForm {

    /** Type, name, time, number and time of sending. */
    private static final int OTHER_MEMBERS = 5;

    /** How values are written. */
    interface Notation {

        /** Begins a map, whose names and values follow. */
        void beginMap(int members, Bytes out);

        /** Begins a text, whose bytes of UTF-8 follow. */
        void beginText(int octets, Bytes out);

        /** Appends an integer, as short as it can be. */
        void appendInteger(long number, Bytes out);

        /** Appends a number of 64 bits. */
        void appendDouble(double number, Bytes out);
    }

    private final Notation notation;
    private final Pieces pieces;

    private BinaryForm(Group group, Notation notation) {
        this.notation = notation;
        this.pieces = new Pieces(group);
    }

    static Encoder of(Group group, Notation notation) {
        BinaryForm form = new BinaryForm(group, notation);
        form.pieces.add(constant(out -> {
            notation.beginMap(group.metrics().size() + OTHER_MEMBERS, out);
            form.appendText("type", out);
            form.appendText(group.name(), out);
            form.appendText("name", out);
        }));
        form.addName(group.names());
        for (int i = 0; i < group.metrics().size(); i++) {
            form.addMetric(group.metrics().get(i), i);
        }
        return form.member(
                        "time",
                        (measurement, out) -> notation.appendInteger(Pieces.milliseconds(measurement.time), out))
                .member("seq", (measurement, out) -> notation.appendInteger(measurement.sequence, out))
                .member(
                        "sent",
                        (measurement, out) -> notation.appendInteger(Pieces.milliseconds(measurement.sent), out))
                .pieces
                .toEncoder();
    }

    private void addName(NamePattern names) {
        byte[] before = names.before().getBytes(UTF_8);
        byte[] after = names.after().getBytes(UTF_8);
        if (names.isNumbered()) {
            pieces.add((measurement, out) -> {
                long number = (long) names.first() + measurement.sensor;
                notation.beginText(before.length + Digits.count(number) + after.length, out);
                out.append(before);
                out.appendDigits(number);
                out.append(after);
            });
        } else {
            pieces.add(constant(out -> appendText(names.before(), out)));
        }
    }

    private void addMetric(Metric metric, int index) {
        member(metric.name(), (measurement, out) -> {
            double value = Decimals.rounded(metric, measurement.values[index]);
            if (Decimals.isWhole(metric, value)) {
                notation.appendInteger((long) value, out);
            } else {
                notation.appendDouble(value, out);
            }
        });
    }

    private BinaryForm member(String name, Encoder value) {
        pieces.add(constant(out -> appendText(name, out))).add(value);
        return this;
    }

    private void appendText(String text, Bytes out) {
        byte[] octets = text.getBytes(UTF_8);
        notation.beginText(octets.length, out);
        out.append(octets);
    }

    private static Encoder constant(Consumer<Bytes> content) {
        Bytes bytes = new Bytes();
        content.accept(bytes);
        byte[] octets = bytes.copy();
        return (measurement, out) -> out.append(octets);
    }
}
