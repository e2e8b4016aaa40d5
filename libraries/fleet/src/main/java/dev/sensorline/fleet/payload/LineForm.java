package dev.sensorline.fleet.payload;

import java.util.regex.Pattern;

import dev.sensorline.fleet.Group;

/**
 * A line of InfluxDB's line protocol, with a field for each metric: {@code sensor,name=press-1,type=hall
 * value=21.5,seq=0i,sent=1767225600000i 1767225600000000000}. The time of sending is in milliseconds, the time in nanoseconds.
 */
final class LineForm {

    private static final Pattern ESCAPED = Pattern.compile("[,= ]");

    private LineForm() {}

    static Encoder of(Group group) {
        Pieces pieces = new Pieces(group)
                .text("sensor,name=")
                .name(LineForm::escaped)
                .text(",type=" + escaped(group.name()) + " ");
        for (int i = 0; i < group.metrics().size(); i++) {
            pieces.text(escaped(group.metrics().get(i).name()) + "=").value(i).text(",");
        }
        return pieces.text("seq=")
                .sequence()
                .text("i,sent=")
                .sent()
                .text("i ")
                .nanoseconds()
                .toEncoder();
    }

    private static String escaped(String text) {
        return ESCAPED.matcher(text).replaceAll("\\\\$0");
    }
}
