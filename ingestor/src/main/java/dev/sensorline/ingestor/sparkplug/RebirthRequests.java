package dev.sensorline.ingestor.sparkplug;

import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import org.jboss.logging.Logger;

import dev.sensorline.points.decoding.sparkplug.EdgeNodeListener;
import dev.sensorline.points.decoding.sparkplug.RebirthCommand;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Asks edge nodes of Sparkplug for their births: each at most once in ten seconds, as long as messages come that need one. A request
 * that cannot be sent is dropped and counted; the next one follows after that time. Belongs to the thread that decodes.
 */
public final class RebirthRequests implements EdgeNodeListener {

    private static final Logger LOG = Logger.getLogger(RebirthRequests.class);

    static final Duration PAUSE = Duration.ofSeconds(10);
    /** Edge nodes that are asked within that time. More of them have to wait. */
    static final int MOST_NODES = 10_000;

    private static final Duration LOG_PAUSE = Duration.ofMinutes(10);

    /** Where requests leave. */
    @FunctionalInterface
    public interface Commands {

        /**
         * Publishes a command at QoS 0.
         *
         * @param unsent runs, on any thread, if it cannot be sent
         */
        void publish(String topic, byte[] payload, Runnable unsent);
    }

    private final Commands commands;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final LongAdder requested = new LongAdder();
    private final LongAdder unsent = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    /** When edge nodes were asked, by the topics of their commands, the earliest first. */
    private final Map<String, Long> asked = new LinkedHashMap<>();

    private long unreported;
    private long nextLogNanos;

    /**
     * @param clock    of the times in commands
     * @param nanoTime a clock for time differences, such as {@link System#nanoTime}
     */
    public RebirthRequests(Commands commands, MeterRegistry registry, Clock clock, LongSupplier nanoTime) {
        this.commands = commands;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.nextLogNanos = nanoTime.getAsLong();
        count(
                registry,
                "rebirths.requested",
                "Requests to edge nodes of Sparkplug to send their births again",
                requested);
        count(registry, "rebirths.unsent", "Of these, those that could not be sent", unsent);
        count(registry, "sequence.gaps", "Gaps in the sequence numbers of edge nodes of Sparkplug", gaps);
        count(registry, "metrics.unknown", "Metrics of Sparkplug whose name or type no birth has said", unknown);
    }

    private static void count(MeterRegistry registry, String name, String description, LongAdder counter) {
        FunctionCounter.builder("sensorline.sparkplug." + name, counter, LongAdder::sum)
                .description(description)
                .register(registry);
    }

    @Override
    public void needsRebirth(String group, String node) {
        long now = nanoTime.getAsLong();
        forgetBefore(now - PAUSE.toNanos());
        String topic = RebirthCommand.topic(group, node);
        if (asked.containsKey(topic)) {
            return;
        }
        requested.increment();
        if (asked.size() == MOST_NODES) {
            unsent.increment();
            return;
        }
        asked.put(topic, now);
        commands.publish(topic, RebirthCommand.payload(clock.millis()), unsent::increment);
        report(group + "/" + node, now);
    }

    private void forgetBefore(long nanos) {
        Iterator<Long> earliest = asked.values().iterator();
        while (earliest.hasNext() && earliest.next() - nanos <= 0) {
            earliest.remove();
        }
    }

    @Override
    public void hasGap(String group, String node) {
        gaps.increment();
    }

    @Override
    public void hasUnknownMetrics(String group, String node, int count) {
        unknown.add(count);
    }

    private void report(String node, long now) {
        unreported++;
        if (now - nextLogNanos >= 0) {
            nextLogNanos = now + LOG_PAUSE.toNanos();
            // What comes from outside must not write log lines of its own.
            LOG.infof(
                    "Edge nodes of Sparkplug are asked for their births, without which their messages cannot be read: %d since the last"
                            + " such line, now %s",
                    unreported, node.replaceAll("\\p{Cntrl}", "?"));
            unreported = 0;
        }
    }
}
