package dev.sensorline.ingestor.settings;

import java.util.List;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.mqtt.connector.IncomingTopics;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.points.decoding.sparkplug.EdgeNodeListener;
import dev.sensorline.rulesettings.CurrentRules;
import dev.sensorline.rulesettings.CurrentSettings;
import dev.sensorline.rulesettings.Environment;
import dev.sensorline.rulesettings.RuleSet;
import io.quarkus.runtime.StartupEvent;

/** The rules of the topic filters, the rules written in full, and what to subscribe to for them. Thread-safe. */
@Singleton
public final class ConfiguredRules implements IncomingTopics {

    private final boolean subscribe;
    private final int maxPoints;
    private final CurrentRules rules;

    ConfiguredRules(IngestorConfig config, Environment environment) {
        rules = new CurrentRules(of(config, environment));
        subscribe = config.mqtt().subscribe();
        maxPoints = config.maxPoints();
    }

    /**
     * The rules of a configuration.
     *
     * @throws BadConfiguration with a line for each problem
     */
    public static RuleSet of(IngestorConfig config, Environment environment) {
        return RuleSet.of(
                config.mqtt().topics().orElse(List.of()),
                config.rules(),
                config.sameTime(),
                config.mqtt().retained(),
                environment);
    }

    /** The configuration as variables and files have it now: see {@link CurrentSettings}. */
    public static IngestorConfig readNow() {
        return CurrentSettings.read(new Variables(), IngestorConfig.class).getConfigMapping(IngestorConfig.class);
    }

    @Produces
    @Singleton
    static Environment environment() {
        return new Environment(Variables::of);
    }

    @Produces
    @Singleton
    Decoder decoder(EdgeNodeListener edgeNodes) {
        return new Decoder(rules.rules(), maxPoints, edgeNodes);
    }

    /** The rules in use. */
    @Produces
    @Singleton
    public CurrentRules rules() {
        return rules;
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
    public List<String> topics(RuleSet rules) {
        return subscribe ? rules.rules().subscriptions() : List.of();
    }

    @Override
    public List<String> replacedTopics(String channel) {
        return rules.rules().replaced();
    }
}
