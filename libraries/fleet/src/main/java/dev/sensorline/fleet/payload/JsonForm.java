package dev.sensorline.fleet.payload;

import java.util.regex.Pattern;

import dev.sensorline.fleet.Group;

/**
 * The JSON form of the teaching stack, with a member for each metric: {@code {"type":"hall","name":"press-1","value":21.5,
 * "time":1767225600000,"seq":0,"sent":1767225600000}}. Times are in milliseconds.
 */
final class JsonForm {

    /** Names have no control characters. */
    private static final Pattern ESCAPED = Pattern.compile("[\"\\\\]");

    private JsonForm() {}

    static Encoder of(Group group) {
        Pieces pieces = new Pieces(group)
                .text("{\"type\":\"" + escaped(group.name()) + "\",\"name\":\"")
                .name(JsonForm::escaped)
                .text("\"");
        for (int i = 0; i < group.metrics().size(); i++) {
            pieces.text(",\"" + escaped(group.metrics().get(i).name()) + "\":").value(i);
        }
        return pieces.text(",\"time\":")
                .milliseconds()
                .text(",\"seq\":")
                .sequence()
                .text(",\"sent\":")
                .sent()
                .text("}")
                .toEncoder();
    }

    private static String escaped(String text) {
        return ESCAPED.matcher(text).replaceAll("\\\\$0");
    }
}
