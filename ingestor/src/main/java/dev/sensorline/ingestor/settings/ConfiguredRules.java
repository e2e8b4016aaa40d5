package dev.sensorline.ingestor.settings;

import java.util.List;
import java.util.Optional;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

import org.jboss.logging.Logger;

import dev.sensorline.mqtt.connector.IncomingTopics;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.decoding.sparkplug.EdgeNodeListener;
import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.Rules;
import io.quarkus.runtime.StartupEvent;

/**
 * The rules of the topic filters, the rules written in full, and what to subscribe to for them. They can be replaced while the
 * service runs. Thread-safe.
 */
@Singleton
public final class ConfiguredRules implements IncomingTopics {

    private static final Logger LOG = Logger.getLogger(ConfiguredRules.class);

    private final boolean subscribe;
    private final int maxPoints;
    private volatile RuleSet current;
    /** What was there before; topics of it may arrive until they are unsubscribed from. */
    private volatile Optional<Rules> replaced = Optional.empty();

    ConfiguredRules(IngestorConfig config, Environment environment) {
        current = RuleSet.of(config, environment);
        subscribe = config.mqtt().subscribe();
        maxPoints = config.maxPoints();
    }

    @Produces
    @Singleton
    Decoder decoder(EdgeNodeListener edgeNodes) {
        return new Decoder(rules(), maxPoints, edgeNodes);
    }

    public Rules rules() {
        return current.rules();
    }

    /** Goes on with other rules. */
    public void replace(RuleSet rules) {
        replaced = Optional.of(current.rules());
        current = rules;
        report(rules.rules());
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

    /** Lets it be made, and so wrong rules be found, before the channels start. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        report(rules());
    }

    private static void report(Rules rules) {
        rules.overlaps()
                .forEach(overlap -> LOG.warnf(
                        "Two topic filters match the same topics: %s. A broker that sends a message once for each subscription"
                                + " makes two points of a reading",
                        overlap));
    }

    @Override
    public List<String> topics(String channel) {
        return topics(current);
    }

    /** What to subscribe to for rules. */
    public List<String> topics(RuleSet rules) {
        return subscribe ? rules.rules().subscriptions() : List.of();
    }

    @Override
    public List<String> replacedTopics(String channel) {
        return rules().replaced();
    }
}
