package dev.sensorline.fleet;

import java.time.Duration;

/** What goes wrong with the readings of a group. */
public sealed interface Fault {

    /** When it does. */
    When when();

    /** When a fault happens to a sensor. */
    sealed interface When {

        /** How long it lasts; zero for one reading. */
        Duration lasting();
    }

    /**
     * At random.
     *
     * @param rate probability that it begins at a reading, from 0 to 1
     */
    record AtRandom(double rate, Duration lasting) implements When {}

    /**
     * By a schedule.
     *
     * @param every from one beginning to the next
     * @param after from the start to the first beginning
     */
    record Scheduled(Duration every, Duration after, Duration lasting) implements When {}

    /** Readings are not sent. */
    record Dropout(When when) implements Fault {}

    /** The value before the fault is repeated. */
    record Stuck(When when) implements Fault {}

    /** A value is added, in the unit of the readings. */
    record Spike(When when, double by) implements Fault {}

    /** A value is added that grows from 0 on, in the unit of the readings for each hour. */
    record Drift(When when, double perHour) implements Fault {}

    /** A value is added as long as it lasts, in the unit of the readings. */
    record Offset(When when, double by) implements Fault {}

    /** Normal noise of a standard deviation is added, in the unit of the readings. */
    record NoiseBurst(When when, double deviation) implements Fault {}

    /** Readings are sent later than they are due, so that later ones may overtake them. */
    record Late(When when, Duration by) implements Fault {}

    /** Readings are sent twice. */
    record Duplicate(When when) implements Fault {}

    /** Payloads are cut or have wrong bytes. */
    record Malformed(When when) implements Fault {}

    /** The time in the payload is wrong. A negative duration is a clock that is slow. */
    record ClockSkew(When when, Duration by) implements Fault {}

    /** The sensor has no connection as long as it lasts. */
    record Disconnect(When when) implements Fault {}

    /** The connection ends and begins at once, again and again. */
    record ReconnectStorm(When when) implements Fault {}
}
