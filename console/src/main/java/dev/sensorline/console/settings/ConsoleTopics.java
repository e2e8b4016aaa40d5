package dev.sensorline.console.settings;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.TopicFilter;

/** The topics that the console reads, and what arrives on each. Immutable. */
public final class ConsoleTopics {

    private static final Pattern SHARE = Pattern.compile("^\\$share/[^/]+/");

    private final String prefix;
    private final String rejected;
    private final String status;
    private final List<String> watch;

    /**
     * The topics of a console.
     *
     * @param prefix SENSORLINE_PREFIX
     * @param watch  topic filters of the watch over silent sensors, below the prefix
     */
    public ConsoleTopics(String prefix, List<String> watch) {
        this.watch = watch;
        this.prefix = prefix;
        this.rejected = prefix + "/rejected";
        this.status = prefix + "/status/";
    }

    /** What a message is, by its topic. */
    public enum Kind {
        READING,
        REJECTED,
        STATUS,
        /** Of the services among themselves. */
        OTHER
    }

    public Kind of(String topic) {
        if (topic.startsWith(status)) {
            return Kind.STATUS;
        }
        if (isBelow(topic, rejected)) {
            return Kind.REJECTED;
        }
        return isBelow(topic, prefix) ? Kind.OTHER : Kind.READING;
    }

    private static boolean isBelow(String topic, String parent) {
        return topic.startsWith(parent) && (topic.length() == parent.length() || topic.charAt(parent.length()) == '/');
    }

    /** The client id of the service that has published its status. */
    public String clientOf(String topic) {
        return topic.substring(status.length());
    }

    /**
     * What to subscribe to for rules. A shared subscription would take readings away from ingestors, so the console subscribes to
     * its filter alone. What a wider filter brings is not subscribed to twice: some brokers would send it twice.
     */
    public List<String> subscriptions(Rules rules) {
        List<String> readings = rules.subscriptions().stream()
                .map(filter -> SHARE.matcher(filter).replaceFirst(""))
                .distinct()
                .toList();
        List<TopicFilter> filters = readings.stream().map(TopicFilter::parse).toList();
        Stream<String> own = Stream.concat(Stream.of(rejected + "/#", status + "+"), watch.stream())
                .filter(filter -> filters.stream().noneMatch(wide -> wide.covers(TopicFilter.parse(filter))));
        return Stream.concat(readings.stream(), own).toList();
    }
}
