package dev.sensorline.console.settings;

import java.util.List;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.mqtt.connector.IncomingTopics;
import dev.sensorline.rulesettings.CurrentRules;
import dev.sensorline.rulesettings.CurrentSettings;
import dev.sensorline.rulesettings.Environment;
import dev.sensorline.rulesettings.RuleSet;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.SmallRyeConfig;

/** The rules, which are those of the ingestor, and what to subscribe to for them. Thread-safe. */
@Singleton
public final class ConsoleRules implements IncomingTopics {

    private final CurrentRules rules;
    private final ConsoleTopics topics;

    ConsoleRules(ConsoleConfig config, RuleTexts texts, Environment environment) {
        rules = new CurrentRules(of(config, texts, environment));
        topics = new ConsoleTopics(config.sensorline().prefix(), new WatchTopics(config).filters());
    }

    /**
     * The rules of a configuration.
     *
     * @throws BadConfiguration with a line for each problem
     */
    static RuleSet of(ConsoleConfig config, RuleTexts texts, Environment environment) {
        return RuleSet.of(
                config.mqtt().topics().orElse(List.of()),
                texts.rules(),
                config.sameTime(),
                config.mqtt().retained(),
                environment);
    }

    /** The rules of the configuration as variables and files have it now. */
    public static RuleSet readNow(Environment environment) {
        SmallRyeConfig now = CurrentSettings.read(new Variables(), ConsoleConfig.class, RuleTexts.class);
        return of(now.getConfigMapping(ConsoleConfig.class), now.getConfigMapping(RuleTexts.class), environment);
    }

    @Produces
    @Singleton
    static Environment environment() {
        return new Environment(Variables::of);
    }

    /** The rules in use. */
    @Produces
    @Singleton
    CurrentRules rules() {
        return rules;
    }

    @Produces
    @Singleton
    ConsoleTopics topics() {
        return topics;
    }

    /** Lets it be made, and so wrong rules be found, before the channels start. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        rules.reportOverlaps();
    }

    @Override
    public List<String> topics(String channel) {
        return topics(rules.set());
    }

    /** What to subscribe to for rules. */
    public List<String> topics(RuleSet set) {
        return topics.subscriptions(set.rules());
    }
}
