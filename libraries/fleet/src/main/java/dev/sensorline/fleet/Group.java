package dev.sensorline.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Sensors of one kind. A group takes as much memory for one sensor as for 100,000: names, topics, seeds and due times are
 * computed from the number of the sensor when they are needed.
 *
 * @param period  time between two readings of a sensor
 * @param jitter  the most that a reading is due later than its period says, at most the period; random for each reading
 * @param offset  time from the start to the first reading of each sensor; empty: spread evenly over the period
 * @param qos     of MQTT: 0, 1 or 2
 * @param retain  whether the broker keeps the last reading for later subscribers
 * @param metrics what a sensor measures; all of them are in one message
 */
public record Group(
        String name,
        NamePattern names,
        Duration period,
        Duration jitter,
        Optional<Duration> offset,
        TopicPattern topic,
        int qos,
        boolean retain,
        Format format,
        List<Metric> metrics,
        List<Fault> faults) {

    /**
     * The same group in a run that begins at a time: replays begin with the offset from then, or, where sensors are spread over the
     * period, then. Those that have begun stay.
     */
    public Group startingAt(Instant start) {
        long nanos = Duration.between(Instant.EPOCH, start)
                .plus(offset.orElse(Duration.ZERO))
                .toNanos();
        return new Group(
                name,
                names,
                period,
                jitter,
                offset,
                topic,
                qos,
                retain,
                format,
                metrics.stream().map(metric -> metric.startingAt(nanos)).toList(),
                faults);
    }

    /**
     * The seed of the group in a fleet of a seed. Groups of other names have other seeds. That of a sensor is {@link Seeds#of(long, long)} of
     * it and the sensor.
     */
    public long seed(long fleetSeed) {
        return Seeds.of(fleetSeed, name);
    }

    /** The seed of a sensor in a fleet of a seed. */
    public long seedOf(int sensor, long fleetSeed) {
        return Seeds.of(seed(fleetSeed), sensor);
    }
}
