package dev.sensorline.console.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.jboss.logging.Logger;

import dev.sensorline.console.history.History;
import dev.sensorline.console.loop.LiveLoop;
import dev.sensorline.console.settings.ConsoleConfig;
import dev.sensorline.console.settings.WatchTopics;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.connector.OutgoingPublish;
import dev.sensorline.points.rules.TopicFilter;
import dev.sensorline.rulesettings.CurrentRules;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;

/**
 * Runs the watch: beats, checks, what is published and what the store is asked for. All of it on the live thread, which is not held up:
 * a check is a few comparisons a sensor.
 */
@Singleton
public final class Watching implements WatchMessages {

    private static final Logger LOG = Logger.getLogger(Watching.class);
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,19}");
    /** As many gaps as a period is learnt from. */
    private static final int TIMES = Cadence.WINDOW + 1;
    /** How many sensors the store is asked for in a second. */
    private static final int QUESTIONS = 4;
    /** After so many checks without a beat there is a line about it. */
    private static final int CHECKS_WITHOUT_BEATS = 10;

    private final LiveLoop loop;
    private final History history;
    private final Provider<WatchChannels> channels;
    private final WatchTopics topics;
    private final ChangeLog log = new ChangeLog(LOG::warn, LOG::info);
    private final Map<SensorState, Counter> changes = new EnumMap<>(SensorState.class);
    private final SilentSensors watch;
    private final StatePublisher publisher;

    /** How many messages have been dropped on their way here. */
    private volatile LongSupplier losses = () -> 0;

    // Belong to the live thread.
    private long dropped;
    private int checksWithoutBeats;

    @Inject
    Watching(
            ConsoleConfig config,
            CurrentRules rules,
            LiveLoop loop,
            History history,
            Provider<WatchChannels> channels,
            MeterRegistry registry) {
        this.loop = loop;
        this.history = history;
        this.channels = channels;
        this.topics = new WatchTopics(config);
        this.watch = new SilentSensors(
                config.sensors(),
                topic -> isReceived(rules, topic),
                new Told(),
                System::nanoTime,
                Clock.systemUTC());
        Counter unpublished = Counter.builder("sensorline.console.sensor.states.unpublished")
                .description("States of sensors that were not published, because too many waited")
                .register(registry);
        this.publisher = new StatePublisher(
                this::publish,
                id -> Optional.ofNullable(watch.find(id)),
                2 * config.sensors(),
                unpublished::increment);
        for (SensorState state : SensorState.values()) {
            Gauge.builder("sensorline.console.sensors.watched", watch, w -> w.count(state))
                    .description("Sensors by state, with those that an earlier process has known and that have not been seen since")
                    .tag("state", state.key())
                    .register(registry);
            changes.put(
                    state,
                    Counter.builder("sensorline.console.sensor.changes")
                            .description("Changes of a sensor's state, by the new state")
                            .tag("state", state.key())
                            .register(registry));
        }
    }

    /** The watch itself, for those who hold sensors. */
    @Produces
    @Singleton
    SilentSensors watch() {
        return watch;
    }

    private final class Told implements SilentSensors.Changes {

        @Override
        public void changed(WatchedSensor sensor, SensorState before, Duration quiet) {
            changes.get(sensor.state()).increment();
            log.changed(sensor, before, quiet);
            if (sensor.isNews()) {
                publisher.changed(sensor.id());
            }
        }

        @Override
        public void ended(String id) {
            publisher.changed(id);
        }
    }

    private static boolean isReceived(CurrentRules rules, String topic) {
        return rules.rules().subscriptions().stream()
                .map(filter -> TopicFilter.parse(filter.replaceFirst("^\\$share/[^/]+/", "")))
                .anyMatch(filter -> filter.matches(topic));
    }

    /** @param dropped how many messages have arrived so far and could not be taken in; called on the live thread */
    public void countLosses(LongSupplier dropped) {
        losses = dropped;
    }

    void start(@Observes StartupEvent event) {
        loop.repeat(Reception.BEAT, this::beat);
    }

    private void beat() {
        if (watch.reception().isConnected()) {
            channels.get()
                    .beat(
                            Long.toString(watch.nanoTime()).getBytes(US_ASCII),
                            OutgoingPublish.to(topics.ofBeat(), QoS.AT_MOST_ONCE, false));
        }
    }

    /** Quarkus fires at most once a second. In between, a beat that comes back fires for what is due. */
    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void check() {
        loop.execute(() -> {
            noteLosses();
            watch.check();
            log.flush();
            publisher.resume();
            reportMissingBeats();
            watch.questions(QUESTIONS).forEach(this::ask);
        });
    }

    private void noteLosses() {
        long now = losses.getAsLong();
        if (now != dropped) {
            dropped = now;
            watch.lost();
        }
    }

    private void reportMissingBeats() {
        boolean isMissing = watch.reception().isConnected() && !watch.reception().hasBeats();
        checksWithoutBeats = isMissing ? checksWithoutBeats + 1 : 0;
        if (checksWithoutBeats == CHECKS_WITHOUT_BEATS) {
            LOG.warnf(
                    "The broker does not send back what is published to %s: sensors are judged by the readings of others, and the"
                            + " last one that sends is never late",
                    topics.ofBeat());
        }
    }

    private void ask(WatchedSensor.StoreQuestion question) {
        history.lastTimes(question.series(), question.field(), TIMES)
                .subscribe()
                // A sensor whose period the store does not know is watched as soon as it has been learnt.
                .with(times -> loop.execute(() -> question.sensor().learn(times)), failure -> {});
    }

    @Override
    public void take(String topic, byte[] payload, boolean isRetained) {
        if (topics.isBeat(topic)) {
            takeBeat(new String(payload, US_ASCII));
        } else if (topics.isState(topic) && isRetained) {
            // What another console publishes later is about the same readings, and no news.
            Remembered.of(payload)
                    .filter(remembered -> topic.equals(topics.ofState(remembered.id())))
                    .ifPresent(watch::restore);
        }
    }

    /** The broker may send beats of an earlier process, or of a console with the same client id, that has another clock. */
    private void takeBeat(String payload) {
        noteLosses();
        if (NUMBER.matcher(payload).matches()) {
            try {
                watch.beat(Long.parseLong(payload));
            } catch (NumberFormatException e) {
                LOG.debugf("A beat is no time: %s", payload);
            }
        }
    }

    private void publish(String id, byte[] payload, Consumer<Boolean> settled) {
        channels.get()
                .state(Message.of(
                        payload,
                        Metadata.of(OutgoingPublish.to(topics.ofState(id), QoS.AT_LEAST_ONCE, true)),
                        () -> settle(settled, true),
                        failure -> settle(settled, false)));
    }

    private CompletionStage<Void> settle(Consumer<Boolean> settled, boolean isTaken) {
        loop.execute(() -> settled.accept(isTaken));
        return CompletableFuture.completedStage(null);
    }
}
