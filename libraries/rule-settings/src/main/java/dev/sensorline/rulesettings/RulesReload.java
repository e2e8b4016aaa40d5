package dev.sensorline.rulesettings;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jboss.logging.Logger;

import dev.sensorline.application.StartFailure;
import dev.sensorline.points.rules.Rules;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Reads the rules again on SIGHUP, and when the content of their file changes. Wrong rules are refused, and the old ones stay. A
 * reading that is decoded already stays as it is; the connection stays, and what the decoder remembers.
 */
public final class RulesReload {

    private static final Logger LOG = Logger.getLogger(RulesReload.class);
    private static final Path FILE = Path.of("config", "application.properties");
    /** A change is noticed after two looks. */
    private static final long SECONDS_BETWEEN_LOOKS = 2;

    private final CurrentRules rules;
    private final Supplier<RuleSet> settings;
    private final Receiver receiver;
    private final StartFailure failure;
    private final Counter accepted;
    private final Counter refused;
    private final Clock clock = Clock.systemUTC();
    /** Reads the file, which may take its time on a network. */
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread reading = new Thread(task, "rules");
        reading.setDaemon(true);
        return reading;
    });

    /** In milliseconds since 1970. */
    private volatile long loadedMillis = clock.millis();

    /** What receives the topics of rules. */
    @FunctionalInterface
    public interface Receiver {

        /**
         * Receives by other rules.
         *
         * @param inUse to be called where the first reading is decoded by them, on whichever thread
         */
        void use(RuleSet rules, Runnable inUse);
    }

    /**
     * @param rules    those in use, which are replaced
     * @param settings reads the settings as they are now
     * @param failure  says what is wrong with them
     */
    public RulesReload(
            CurrentRules rules,
            Supplier<RuleSet> settings,
            Receiver receiver,
            StartFailure failure,
            MeterRegistry registry) {
        this.rules = rules;
        this.settings = settings;
        this.receiver = receiver;
        this.failure = failure;
        this.accepted = counter(registry, "ok");
        this.refused = counter(registry, "refused");
        Gauge.builder("sensorline.rules.loaded.timestamp.seconds", this, reload -> reload.loadedMillis / 1e3)
                .description("Since when the rules in use are so, in seconds since 1970")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String result) {
        return Counter.builder("sensorline.rules.reloads")
                .description("How often rules were read again")
                .tag("result", result)
                .register(registry);
    }

    /** Starts to look. */
    @SuppressWarnings("FutureReturnValueIgnored") // It ends with the process.
    public void start() {
        RulesFile file = new RulesFile(FILE);
        thread.scheduleWithFixedDelay(
                () -> {
                    if (file.hasChanged()) {
                        reload();
                    }
                },
                SECONDS_BETWEEN_LOOKS,
                SECONDS_BETWEEN_LOOKS,
                TimeUnit.SECONDS);
        try {
            HangUp.run(() -> thread.execute(() -> {
                file.isRead();
                reload();
            }));
        } catch (ReflectiveOperationException e) {
            LOG.warnf("SIGHUP does not reload the rules: %s", e);
        }
    }

    private void reload() {
        try {
            use(settings.get());
            accepted.increment();
        } catch (RuntimeException e) {
            refused.increment();
            List<String> lines = failure.lines(e);
            if (lines.isEmpty()) {
                LOG.error("The rules were not reloaded, the old ones stay", e);
            }
            lines.forEach(line -> LOG.errorf("The rules were not reloaded, the old ones stay: %s", line));
        }
    }

    private void use(RuleSet read) {
        // They are in use once what has arrived before is settled: while InfluxDB is away, later.
        receiver.use(read, () -> {
            Rules before = rules.rules();
            rules.replace(read);
            loadedMillis = clock.millis();
            LOG.infof("The rules were reloaded: %s", RuleChanges.between(before, read.rules()));
        });
    }

    /** Looks no more. */
    public void stop() {
        thread.shutdownNow();
    }
}
