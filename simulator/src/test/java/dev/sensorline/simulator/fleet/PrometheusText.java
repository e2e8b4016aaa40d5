package dev.sensorline.simulator.fleet;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads metrics, and refuses whatever Prometheus' text format 0.0.4 or {@code promtool check metrics} does not allow: families without HELP
 * and TYPE, that are there twice or are not together, counters without {@code _total}, samples that are there twice.
 */
public final class PrometheusText {

    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final Pattern SAMPLE = Pattern.compile(
            "(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{([a-zA-Z_][a-zA-Z0-9_]*)=\"([^\"\\\\\\n]*)\"})?) (NaN|[+-]Inf|-?[0-9.]+(?:E-?[0-9]+)?)");

    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Set<String> families = new HashSet<>();
    private String family = "";
    private String type = "";

    private PrometheusText() {}

    /** The samples by name and label, as they are written. */
    public static Map<String, Double> read(String text) {
        if (!text.endsWith("\n")) {
            throw new AssertionError("The last line must have an end: " + text);
        }
        PrometheusText read = new PrometheusText();
        text.lines().forEach(read::line);
        return new HashMap<>(read.samples);
    }

    private void line(String line) {
        Matcher comment = COMMENT.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (comment.matches()) {
            comment(comment.group(1), comment.group(2), comment.group(3));
        } else if (sample.matches()) {
            sample(sample.group(2), sample.group(1), sample.group(3), Double.parseDouble(sample.group(5)));
        } else {
            throw new AssertionError("This is no line of metrics: " + line);
        }
    }

    private void comment(String kind, String name, String value) {
        if (kind.equals("HELP")) {
            require(families.add(name), name + " is there twice");
            family = name;
            type = "";
        } else {
            require(name.equals(family) && type.isEmpty(), "HELP must be before TYPE of " + name);
            require(Set.of("counter", "gauge", "summary").contains(value), "no such type: " + value);
            require(name.endsWith("_total") == value.equals("counter"), "counters end with _total: " + name);
            type = value;
        }
    }

    private void sample(String name, String whole, String label, double value) {
        require(!type.isEmpty(), "no TYPE before " + whole);
        boolean isOfFamily =
                name.equals(family) || type.equals("summary") && name.matches(Pattern.quote(family) + "_(sum|count)");
        require(isOfFamily, whole + " is not of " + family);
        require(
                !type.equals("summary") || name.equals(family) == "quantile".equals(label),
                "a summary has quantiles, sum and count: " + whole);
        require(!type.equals("counter") || value >= 0, whole + " is negative");
        require(samples.put(whole, value) == null, whole + " is there twice");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
