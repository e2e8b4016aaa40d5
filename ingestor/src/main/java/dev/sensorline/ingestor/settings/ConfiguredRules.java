package dev.sensorline.ingestor.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Rule.Origin;
import dev.sensorline.points.rules.RuleBuilder;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.SameTime;
import dev.sensorline.points.rules.TimeUnit;
import dev.sensorline.points.rules.TopicFilter;
import io.quarkus.runtime.StartupEvent;

/** The rules of the topic filters, the rules written in full, and what to subscribe to for them. */
@Singleton
final class ConfiguredRules implements IncomingTopics {

    private static final Logger LOG = Logger.getLogger(ConfiguredRules.class);

    /** Names that mean the same in a file and, in upper case, in a variable. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");

    private static final Pattern VARIABLE = Pattern.compile(
            "INGESTOR_RULES_[A-Z0-9]+_(?:TOPIC|FORMAT|MEASUREMENT|TAGS|FIELDS|DECIMAL|TIME|TIME_(?:UNIT|ZONE|FORMAT|EARLIEST|INVALID)"
                    + "|SAME_TIME|RETAINED|WHEN|IGNORE)");

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
                    throw new BadConfiguration(
                            variable + ": must be INGESTOR_RULES_<NAME>_TOPIC, _FORMAT, _MEASUREMENT, _TAGS, "
                                    + "_FIELDS, _DECIMAL, _TIME, _TIME_UNIT, _TIME_ZONE, _TIME_FORMAT, _TIME_EARLIEST, "
                                    + "_TIME_INVALID, _SAME_TIME, _RETAINED, _WHEN or _IGNORE, the name of letters and digits");
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
        rule.format().ifPresent(builder::format);
        rule.when().ifPresent(builder::when);
        if (rule.ignore().orElse(false)) {
            requireNothingElse(rule, setting);
            return builder.ignored().build(Origin.of(setting.apply("topic")));
        }
        if (rule.format().map(Format::isOfPlaces).orElse(false) && rule.fields().isEmpty()) {
            throw new BadConfiguration(setting.apply("format") + ": must have fields, such as temp=int16@0*0.1");
        }
        rule.decimal().ifPresent(builder::decimalMark);
        // A name may be in a pointer of any key.
        BadConfiguration.checked(
                setting.apply(rule.fields().isPresent() ? "fields" : rule.tags().isPresent() ? "tags" : "time"),
                () -> builder.pointers(
                        rule.fields().orElse(List.of()), rule.tags().orElse(List.of()), rule.time()));
        BadConfiguration.checked(
                setting.apply("measurement"), () -> rule.measurement().map(builder::measurement));
        BadConfiguration.checked(setting.apply("fields"), () -> rule.fields().map(builder::fields));
        BadConfiguration.checked(setting.apply("tags"), () -> rule.tags().map(builder::tags));
        time(builder, rule, setting);
        builder.sameTime(rule.sameTime().orElse(sameTime));
        Origin origin = new Origin(
                setting.apply("topic"),
                setting.apply(rule.fields().isPresent() ? "fields" : "topic"),
                setting.apply(rule.tags().isPresent() ? "tags" : "topic"));
        return BadConfiguration.checked(setting.apply("tags"), () -> builder.build(origin));
    }

    /** @throws BadConfiguration if an ignored topic has settings that would say what to make of it */
    private static void requireNothingElse(IngestorConfig.Rule rule, UnaryOperator<String> setting) {
        Map<String, Optional<?>> others = new LinkedHashMap<>();
        others.put("measurement", rule.measurement());
        others.put("tags", rule.tags());
        others.put("fields", rule.fields());
        others.put("decimal", rule.decimal());
        others.put("time", rule.time());
        others.put("time-unit", rule.timeUnit());
        others.put("time-zone", rule.timeZone());
        others.put("time-format", rule.timeFormat());
        others.put("time-earliest", rule.timeEarliest());
        others.put("time-invalid", rule.timeInvalid());
        others.put("same-time", rule.sameTime());
        requireUnset(others, setting, "together with ignore");
    }

    private static void time(RuleBuilder builder, IngestorConfig.Rule rule, UnaryOperator<String> setting) {
        if (rule.time().isEmpty()) {
            Map<String, Optional<?>> others = new LinkedHashMap<>();
            others.put("time-unit", rule.timeUnit());
            others.put("time-zone", rule.timeZone());
            others.put("time-format", rule.timeFormat());
            if (rule.fields().isPresent()) { // Without fields, the default is read.
                others.put("time-earliest", rule.timeEarliest());
                others.put("time-invalid", rule.timeInvalid());
                others.put("same-time", rule.sameTime());
            }
            requireUnset(others, setting, "without the time");
        }
        BadConfiguration.checked(
                setting.apply("time"), () -> rule.time().map(source -> builder.time(source, rule.timeUnit())));
        if (rule.timeFormat().isPresent() && rule.timeUnit().isPresent()) {
            throw new BadConfiguration(setting.apply("time-format") + ": must not be set together with time-unit");
        }
        if (rule.timeFormat().isPresent()
                && rule.timeZone().isEmpty()
                && !rule.timeFormat().get().hasZone()) {
            throw new BadConfiguration(setting.apply("time-format")
                    + ": must have an offset (such as XXX) or a time zone (VV), or time-zone must be set");
        }
        boolean isText = rule.timeFormat().isPresent()
                || rule.timeUnit().filter(unit -> unit == TimeUnit.ISO8601).isPresent();
        if (rule.timeZone().isPresent() && !isText) {
            throw new BadConfiguration(
                    setting.apply("time-zone") + ": must not be set where the time is no text: set time-unit=iso8601");
        }
        rule.timeFormat().ifPresent(builder::timeFormat);
        rule.timeZone().ifPresent(builder::timeZone);
        rule.timeInvalid().ifPresent(builder::timeInvalid);
        BadConfiguration.checked(
                setting.apply("time-earliest"), () -> rule.timeEarliest().map(builder::timeEarliest));
    }

    /** @throws BadConfiguration naming the first setting that is there */
    private static void requireUnset(Map<String, Optional<?>> settings, UnaryOperator<String> setting, String why) {
        settings.forEach((key, value) -> {
            if (value.isPresent()) {
                throw new BadConfiguration(setting.apply(key) + ": must not be set " + why);
            }
        });
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
