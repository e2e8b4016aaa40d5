package dev.sensorline.rulesettings;

import java.util.Optional;

import org.jboss.logging.Logger;

import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.Rules;

/** The rules in use, which can be replaced while the service runs. Thread-safe. */
public final class CurrentRules {

    private static final Logger LOG = Logger.getLogger(CurrentRules.class);

    private volatile RuleSet current;
    /** What was there before; topics of it may arrive until they are unsubscribed from. */
    private volatile Optional<Rules> replaced = Optional.empty();

    public CurrentRules(RuleSet first) {
        current = first;
    }

    public RuleSet set() {
        return current;
    }

    public Rules rules() {
        return current.rules();
    }

    /** Goes on with other rules. */
    public void replace(RuleSet rules) {
        replaced = Optional.of(current.rules());
        current = rules;
        reportOverlaps();
    }

    /** What becomes of the retained messages of a topic. */
    public Retained retained(String topic) {
        return current.retained().ofTopic(topic);
    }

    /** Whether no rule is meant for a topic, and its messages arrive because of a wider subscription or an earlier rule. */
    public boolean isUnwanted(String topic) {
        Rules rules = current.rules();
        return rules.isUnwanted(topic)
                || !rules.isMatched(topic)
                        && replaced.filter(earlier -> earlier.isMatched(topic)).isPresent();
    }

    /** Logs each pair of topic filters that a broker may send the same message for. */
    public void reportOverlaps() {
        rules().overlaps()
                .forEach(overlap -> LOG.warnf(
                        "Two topic filters match the same topics: %s. A broker that sends a message once for each subscription"
                                + " makes two points of a reading",
                        overlap));
    }
}
