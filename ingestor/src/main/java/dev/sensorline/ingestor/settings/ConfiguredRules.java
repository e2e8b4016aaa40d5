package dev.sensorline.ingestor.settings;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

import org.jboss.logging.Logger;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.mqtt.connector.IncomingTopics;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.rules.InvalidRulesException;
import dev.sensorline.points.rules.RuleKey;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.RulesReader;
import dev.sensorline.points.rules.TopicFilter;
import io.quarkus.runtime.StartupEvent;

/** The rules of the topic filters, the rules written in full, and what to subscribe to for them. */
@Singleton
final class ConfiguredRules implements IncomingTopics {

    private static final Logger LOG = Logger.getLogger(ConfiguredRules.class);

    /** The name of a rule's variable without that of the key. */
    private static final String VARIABLE = "INGESTOR_RULES_[A-Z0-9]+_";

    private final Rules rules;
    private final RetainedMessages retained;
    private final boolean subscribe;
    private final int maxPoints;

    ConfiguredRules(IngestorConfig config, Environment environment) {
        requireKnown(environment.variables());
        RulesReader reader = new RulesReader(config.sameTime(), config.mqtt().retained());
        List<TopicFilter> topics = config.mqtt().topics().orElse(List.of());
        if (topics.isEmpty() && config.rules().isEmpty()) {
            throw new BadConfiguration("MQTT_TOPICS=: must not be empty where there is no rule");
        }
        topics.forEach(filter -> reader.add(filter, "MQTT_TOPICS=" + filter));
        new TreeMap<>(config.rules())
                .forEach((name, texts) -> reader.add(
                        name, withDashes(texts), key -> environment.nameOf("ingestor.rules." + name + "." + key)));
        try {
            rules = reader.rules();
        } catch (InvalidRulesException e) {
            throw new BadConfiguration(e.lines());
        }
        retained = new RetainedMessages(rules, reader.retainedByFilter());
        subscribe = config.mqtt().subscribe();
        maxPoints = config.maxPoints();
    }

    /** SmallRye Config cannot know where the name of a variable had a dash: INGESTOR_RULES_A_TIME_UNIT sets {@code time.unit}. */
    private static Map<String, String> withDashes(Map<String, String> texts) {
        Map<String, String> byKey = new TreeMap<>();
        texts.forEach((key, text) -> byKey.put(key.replace('.', '-'), text));
        return byKey;
    }

    /** @throws BadConfiguration if a variable is meant for a rule, and there is no such key */
    private static void requireKnown(Set<String> variables) {
        List<String> keys = RuleKey.all().stream()
                .map(key -> key.toString().toUpperCase(Locale.ROOT).replace('-', '_'))
                .toList();
        Pattern known = Pattern.compile(VARIABLE + "(?:" + String.join("|", keys) + ")");
        for (String variable : variables) {
            if (variable.startsWith("INGESTOR_RULES_")
                    && !known.matcher(variable).matches()) {
                int last = keys.size() - 1;
                throw new BadConfiguration("%s: must be INGESTOR_RULES_<NAME>_%s or _%s, the name of letters and digits"
                        .formatted(variable, String.join(", _", keys.subList(0, last)), keys.get(last)));
            }
        }
    }

    @Produces
    @Singleton
    Rules rules() {
        return rules;
    }

    @Produces
    @Singleton
    Decoder decoder() {
        return new Decoder(rules, maxPoints);
    }

    @Produces
    @Singleton
    RetainedMessages retained() {
        return retained;
    }

    /** Lets it be made, and so wrong rules be found, before the channels start. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        rules.overlaps()
                .forEach(overlap -> LOG.warnf(
                        "Two topic filters match the same topics: %s. A broker that sends a message once for each subscription"
                                + " makes two points of a reading",
                        overlap));
    }

    @Override
    public List<String> topics(String channel) {
        return subscribe ? rules.subscriptions() : List.of();
    }

    @Override
    public List<String> replacedTopics(String channel) {
        return rules.replaced();
    }
}
