package dev.sensorline.ingestor.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.ingestor.settings.IngestorConfig.Retained;
import dev.sensorline.mqtt.connector.IncomingTopics;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Rule.Origin;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.TopicFilter;
import io.quarkus.runtime.StartupEvent;

/** The rules of the topic filters, the rules written in full, and what to subscribe to for them. */
@Singleton
final class ConfiguredRules implements IncomingTopics {

    private static final Logger LOG = Logger.getLogger(ConfiguredRules.class);

    /** Names that mean the same in a file and, in upper case, in a variable. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");

    private static final Pattern VARIABLE = Pattern.compile(
            "INGESTOR_RULES_[A-Z0-9]+_(?:TOPIC|MEASUREMENT|TAGS|FIELDS|TIME|TIME_UNIT|SAME_TIME|RETAINED)");

    private final Rules rules;
    private final RetainedMessages retained;
    private final boolean subscribe;
    private final int maxPoints;

    ConfiguredRules(IngestorConfig config, Config texts, Environment environment) {
        environment.variables().stream()
                .filter(variable -> variable.startsWith("INGESTOR_RULES_")
                        && !VARIABLE.matcher(variable).matches())
                .findFirst()
                .ifPresent(variable -> {
                    throw new BadConfiguration(variable + ": must be INGESTOR_RULES_<NAME>_TOPIC, _MEASUREMENT, _TAGS, "
                            + "_FIELDS, _TIME, _TIME_UNIT, _SAME_TIME or _RETAINED, the name of letters and digits");
                });
        List<Rule> all = new ArrayList<>();
        Map<TopicFilter, Retained> retainedByFilter = new HashMap<>();
        for (TopicFilter filter : config.mqtt().topics().orElse(List.of())) {
            all.add(new RuleBuilder(filter).sameTime(config.sameTime()).build(Origin.of("MQTT_TOPICS=" + filter)));
            retainedByFilter.put(filter, config.mqtt().retained());
        }
        new TreeMap<>(config.rules()).forEach((name, rule) -> {
            all.add(rule(name, rule, config.sameTime(), texts, environment));
            retainedByFilter.put(
                    rule.topic(), rule.retained().orElse(config.mqtt().retained()));
        });
        if (all.isEmpty()) {
            throw new BadConfiguration("MQTT_TOPICS=: must not be empty where there is no rule");
        }
        try {
            rules = new Rules(all);
        } catch (IllegalArgumentException e) {
            throw new BadConfiguration(String.valueOf(e.getMessage()));
        }
        retained = new RetainedMessages(rules, retainedByFilter);
        subscribe = config.mqtt().subscribe();
        maxPoints = config.maxPoints();
    }

    private static Rule rule(
            String name, IngestorConfig.Rule rule, SameTime sameTime, Config texts, Environment environment) {
        String prefix = "ingestor.rules." + name + ".";
        if (!NAME.matcher(name).matches()) {
            throw new BadConfiguration(prefix + "topic: must have a rule's name of lower-case letters and digits");
        }
        UnaryOperator<String> setting = key -> environment.nameOf(prefix + key) + "="
                + texts.getOptionalValue(prefix + key, String.class).orElse("");
        RuleBuilder builder = new RuleBuilder(rule.topic());
        // A name may be in a pointer of any key.
        BadConfiguration.checked(
                setting.apply(rule.fields().isPresent() ? "fields" : rule.tags().isPresent() ? "tags" : "time"),
                () -> builder.pointers(
                        rule.fields().orElse(List.of()), rule.tags().orElse(List.of()), rule.time()));
        BadConfiguration.checked(
                setting.apply("measurement"), () -> rule.measurement().map(builder::measurement));
        BadConfiguration.checked(setting.apply("fields"), () -> rule.fields().map(builder::fields));
        BadConfiguration.checked(setting.apply("tags"), () -> rule.tags().map(builder::tags));
        rule.time().ifPresent(pointer -> builder.time(pointer, rule.timeUnit()));
        if (rule.time().isEmpty() && rule.timeUnit().isPresent()) {
            throw new BadConfiguration(setting.apply("time-unit") + ": must not be set without the time");
        }
        if (rule.time().isEmpty()
                && rule.fields().isPresent()
                && rule.sameTime().isPresent()) {
            throw new BadConfiguration(setting.apply("same-time") + ": must not be set without the time");
        }
        builder.sameTime(rule.sameTime().orElse(sameTime));
        Origin origin = new Origin(
                setting.apply("topic"),
                setting.apply(rule.fields().isPresent() ? "fields" : "topic"),
                setting.apply(rule.tags().isPresent() ? "tags" : "topic"));
        return BadConfiguration.checked(setting.apply("tags"), () -> builder.build(origin));
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
