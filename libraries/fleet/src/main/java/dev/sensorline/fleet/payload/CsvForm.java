package dev.sensorline.fleet.payload;

import java.util.regex.Pattern;

import dev.sensorline.fleet.Group;

/**
 * A row of comma-separated values (RFC 4180) without names of columns: time, name, type, each metric, seq, sent, such as
 * {@code 1767225600000,press-1,hall,21.5,0,1767225600000}. Times are in milliseconds.
 */
final class CsvForm {

    /** Readers drop blanks at the ends of cells without quotation marks. */
    private static final Pattern QUOTED = Pattern.compile("[\", ]");

    private CsvForm() {}

    static Encoder of(Group group) {
        String mark = isQuoted(group.names().before() + group.names().after()) ? "\"" : "";
        Pieces pieces = new Pieces(group)
                .milliseconds()
                .text("," + mark)
                .name(CsvForm::doubled)
                .text(mark + ",")
                .text(isQuoted(group.name()) ? "\"" + doubled(group.name()) + "\"" : group.name());
        for (int i = 0; i < group.metrics().size(); i++) {
            pieces.text(",").value(i);
        }
        return pieces.text(",").sequence().text(",").sent().toEncoder();
    }

    private static boolean isQuoted(String text) {
        return QUOTED.matcher(text).find();
    }

    private static String doubled(String text) {
        return text.replace("\"", "\"\"");
    }
}
