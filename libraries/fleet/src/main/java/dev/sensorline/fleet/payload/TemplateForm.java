package dev.sensorline.fleet.payload;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.Metric;

/** A text in which names in braces stand for the values of a reading, and doubled braces for braces. */
public final class TemplateForm {

    /** The names that stand for something in each template, besides those of the metrics. */
    public static final List<String> NAMES = List.of("time", "seq", "sent", "name", "group", "n");

    private static final Pattern BRACES = Pattern.compile("\\{\\{|\\}\\}|\\{([^{}]*)\\}|[{}]");

    private TemplateForm() {}

    /** What is in braces in a template and stands for nothing, with its braces. */
    public static List<String> unknown(String template, List<String> metrics) {
        List<String> unknown = new ArrayList<>();
        Matcher braces = BRACES.matcher(template);
        while (braces.find()) {
            String name = braces.group(1);
            boolean isKnown =
                    name == null ? braces.group().length() == 2 : NAMES.contains(name) || metrics.contains(name);
            if (!isKnown) {
                unknown.add(braces.group());
            }
        }
        return unknown;
    }

    static Encoder of(Group group, String template) {
        Pieces pieces = new Pieces(group);
        Matcher braces = BRACES.matcher(template);
        int from = 0;
        while (braces.find()) {
            pieces.text(template.substring(from, braces.start()));
            from = braces.end();
            if (braces.group(1) == null) {
                pieces.text(braces.group().substring(1));
            } else {
                append(pieces, group, braces.group(1));
            }
        }
        return pieces.text(template.substring(from)).toEncoder();
    }

    private static void append(Pieces pieces, Group group, String name) {
        switch (name) {
            case "time" -> pieces.milliseconds();
            case "seq" -> pieces.sequence();
            case "sent" -> pieces.sent();
            case "name" -> pieces.name(text -> text);
            case "group" -> pieces.text(group.name());
            case "n" -> pieces.number();
            default ->
                pieces.value(group.metrics().stream().map(Metric::name).toList().indexOf(name));
        }
    }
}
