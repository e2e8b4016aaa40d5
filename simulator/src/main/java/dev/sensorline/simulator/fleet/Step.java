package dev.sensorline.simulator.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.Group;

/**
 * A part of a run at one rate.
 *
 * @param rate readings a second that are asked for
 */
record Step(Fleet fleet, double rate) {

    private static final double NANOS_PER_SECOND = 1e9;
    /** As in a fleet file. */
    private static final Duration LONGEST = Duration.ofDays(365);

    /** The steps of a run: one for each rate, or one at the fleet's own rate. */
    static List<Step> of(Fleet fleet, List<Double> rates) {
        double own = rate(fleet);
        if (rates.isEmpty()) {
            return List.of(new Step(fleet, own));
        }
        List<Step> steps = new ArrayList<>();
        rates.forEach(rate -> steps.add(new Step(scaled(fleet, own / rate), rate)));
        return steps;
    }

    /**
     * The lowest rate of a fleet: no period and no offset is longer than {@link #LONGEST} then, so that times are counted in 64 bits.
     *
     * @return readings a second
     */
    static double lowestRate(Fleet fleet) {
        long longest = 0;
        for (Group group : fleet.groups()) {
            longest = Math.max(
                    longest,
                    Math.max(
                            group.period().toNanos(),
                            group.offset().orElse(Duration.ZERO).toNanos()));
        }
        return rate(fleet) * longest / LONGEST.toNanos();
    }

    private static double rate(Fleet fleet) {
        double rate = 0;
        for (Group group : fleet.groups()) {
            rate += group.names().count() * NANOS_PER_SECOND / group.period().toNanos();
        }
        return rate;
    }

    private static Fleet scaled(Fleet fleet, double factor) {
        return new Fleet(
                fleet.seed(),
                fleet.groups().stream().map(group -> scaled(group, factor)).toList());
    }

    private static Group scaled(Group group, double factor) {
        return new Group(
                group.name(),
                group.names(),
                scaled(group.period(), factor),
                scaled(group.jitter(), factor),
                group.offset().map(offset -> scaled(offset, factor)).or(Optional::empty),
                group.topic(),
                group.qos(),
                group.retain(),
                group.format(),
                group.metrics(),
                group.faults());
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofNanos(Math.max(duration.isZero() ? 0 : 1, Math.round(duration.toNanos() * factor)));
    }
}
