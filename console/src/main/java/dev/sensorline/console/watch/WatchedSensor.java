package dev.sensorline.console.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Series;

/**
 * One sensor: when its readings arrive, and its state. Belongs to the thread of the watch.
 * <p>
 * Reading {@code k} after the last one is due at {@code last + k · period}. Its due time is missed when the margin of {@link Cadence} has
 * passed as well, and {@link Reception} proves that the reading would have arrived. After an interruption, due times count from its end,
 * or from the end of the time that clients have to settle, if that is later than one period.
 */
final class WatchedSensor implements SensorWatch.Watched {

    /** Readings that arrive within this time after the first of them are one arrival: parts of one message, or a backlog. */
    private static final long BURST = Duration.ofMillis(100).toNanos();

    /** How many due times are missed when a sensor is late, and when it is silent. */
    private static final int LATE_AFTER = 1;

    private static final int SILENT_AFTER = 3;

    private final SilentSensors watch;
    private final String id;
    private final String name;
    private final String topic;
    /** Null if no reading has arrived since the start of the console. */
    private final @Nullable Series series;

    /** Its main field; null as well then. */
    private final @Nullable String field;
    private final long begunNanos;
    private final Cadence cadence = new Cadence();

    private boolean hasArrived;
    private long lastNanos;
    /** The first arrival of the current burst. */
    private long burstNanos;

    private boolean hasArrivedSinceChange;
    private boolean isAsked;
    private SensorState state = SensorState.LEARNING;
    private Instant since;
    private @Nullable Instant last;
    /** What an earlier process has published of it, until this process publishes something. */
    private @Nullable SensorState published;

    /** Whether the broker may have a state of it. */
    private boolean isPublished;
    /** Whether this process has published a state of it. */
    private boolean hasSpoken;

    WatchedSensor(
            SilentSensors watch,
            String id,
            String name,
            String topic,
            @Nullable Series series,
            @Nullable String field,
            long nowNanos,
            Instant now) {
        this.watch = watch;
        this.id = id;
        this.name = name;
        this.topic = topic;
        this.series = series;
        this.field = field;
        this.begunNanos = nowNanos;
        this.since = now;
    }

    @Override
    public void arrived(long arrivalMillis) {
        arrived(arrivalMillis, watch.nanoTime());
    }

    private void arrived(long arrivalMillis, long nowNanos) {
        Reception reception = watch.reception();
        reception.heard(nowNanos);
        last = Instant.ofEpochMilli(arrivalMillis);
        lastNanos = nowNanos;
        hasArrivedSinceChange = true;
        if (!hasArrived || nowNanos - burstNanos >= BURST) {
            // A gap that contains an interruption says nothing.
            if (hasArrived && burstNanos - reception.sinceNanos() >= 0) {
                cadence.gap(nowNanos - burstNanos);
            }
            burstNanos = nowNanos;
        }
        hasArrived = true;
        judge(reception);
        announceDeadline(reception);
    }

    /** Takes the gaps between readings that the store has, the oldest first, while too few have arrived. */
    void learn(List<Instant> times) {
        if (cadence.kind() != Cadence.Kind.UNKNOWN) {
            return;
        }
        for (int i = 1; i < times.size(); i++) {
            long gap = Duration.between(times.get(i - 1), times.get(i)).toNanos();
            if (gap >= BURST) {
                cadence.gap(gap);
            }
        }
        judge(watch.reception());
        announceDeadline(watch.reception());
    }

    /** Takes what an earlier process, or another console, has published. */
    void restore(Remembered remembered) {
        if (!hasSpoken) {
            published = remembered.state();
        }
        isPublished = true;
        remembered.period().ifPresent(period -> cadence.restore(period, remembered.margin()));
        if (remembered.state() == SensorState.IRREGULAR) {
            cadence.restoreIrregular();
        }
        if (!hasArrived) {
            state = watch.moved(state, remembered.state());
            since = remembered.since();
            last = remembered.last().orElse(null);
        } else {
            judge(watch.reception());
        }
    }

    /** A sensor that has been restored has arrived: goes on where that one was. */
    void follow(WatchedSensor restored) {
        published = restored.published;
        isPublished = restored.isPublished;
        if (restored.cadence.kind() == Cadence.Kind.REGULAR) {
            cadence.restore(
                    Duration.ofNanos(restored.cadence.periodNanos()), Duration.ofNanos(restored.cadence.marginNanos()));
        }
        if (restored.state == SensorState.IRREGULAR) {
            cadence.restoreIrregular();
        }
        state = watch.moved(state, restored.state);
        since = restored.since;
        last = restored.last;
    }

    /** Changes the state if it is another one by now. Returns whether it has changed. */
    boolean judge(Reception reception) {
        SensorState judged = judged(reception);
        if (judged == state) {
            return false;
        }
        SensorState before = state;
        Instant beganAt = since;
        hasArrivedSinceChange = false;
        since = watch.now();
        state = watch.moved(before, judged);
        watch.changed(this, before, isOverdue() ? quiet(watch.nanoTime()) : Duration.between(beganAt, since));
        return true;
    }

    private SensorState judged(Reception reception) {
        return switch (cadence.kind()) {
            // Also while the period is learnt anew.
            case UNKNOWN -> isOverdue() && hasArrivedSinceChange ? SensorState.LEARNING : state;
            case IRREGULAR -> SensorState.IRREGULAR;
            case REGULAR -> {
                SensorState due = reception.proves(deadline(reception, SILENT_AFTER))
                        ? SensorState.SILENT
                        : reception.proves(deadline(reception, LATE_AFTER)) ? SensorState.LATE : SensorState.LIVE;
                // Only a reading makes it better.
                yield isOverdue() && due.compareTo(state) < 0 && !hasArrivedSinceChange ? state : due;
            }
        };
    }

    private boolean isOverdue() {
        return state == SensorState.LATE || state == SensorState.SILENT;
    }

    /** When so many due times are missed. */
    private long deadline(Reception reception, int missed) {
        long period = cadence.periodNanos();
        long end = missed * period + cadence.marginNanos();
        return hasArrived && lastNanos - reception.sinceNanos() >= 0
                ? lastNanos + end
                : reception.sinceNanos() + reception.settlingNanos() + end;
    }

    /** Tells the watch when the state changes next without a reading. */
    void announceDeadline(Reception reception) {
        if (cadence.kind() == Cadence.Kind.REGULAR && state == SensorState.LIVE) {
            watch.due(deadline(reception, LATE_AFTER));
        } else if (cadence.kind() == Cadence.Kind.REGULAR && state == SensorState.LATE) {
            watch.due(deadline(reception, SILENT_AFTER));
        }
    }

    @Override
    public SensorState state() {
        return state;
    }

    @Override
    public OptionalDouble periodSeconds() {
        return cadence.kind() == Cadence.Kind.REGULAR
                ? OptionalDouble.of(cadence.periodNanos() / 1e9)
                : OptionalDouble.empty();
    }

    @Override
    public void end() {
        watch.end(this);
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    String topic() {
        return topic;
    }

    private Duration quiet(long nowNanos) {
        return Duration.ofNanos(hasArrived ? nowNanos - lastNanos : nowNanos - begunNanos);
    }

    /** What the store is to be asked for, once, if this sensor has been held so long without a period; else null. */
    @Nullable StoreQuestion question(long nowNanos, Duration patience) {
        if (isAsked
                || series == null
                || field == null
                || cadence.kind() != Cadence.Kind.UNKNOWN
                || nowNanos - begunNanos < patience.toNanos()) {
            return null;
        }
        isAsked = true;
        return new StoreQuestion(this, series, field);
    }

    /** Which readings to ask the store for. */
    record StoreQuestion(WatchedSensor sensor, Series series, String field) {}

    /** What to publish now. */
    Remembered remembered() {
        boolean isRegular = cadence.kind() == Cadence.Kind.REGULAR;
        return new Remembered(
                id,
                name,
                topic,
                state,
                since,
                isRegular ? Optional.of(Duration.ofNanos(cadence.periodNanos())) : Optional.empty(),
                isRegular ? Duration.ofNanos(cadence.marginNanos()) : Duration.ZERO,
                Optional.ofNullable(last));
    }

    /** Whether its state is to be published: it is known, and the broker does not have it already. */
    boolean isNews() {
        boolean isNews = state != SensorState.LEARNING && state != published;
        published = null;
        isPublished |= isNews;
        hasSpoken |= isNews;
        return isNews;
    }

    /** Whether the broker may have a state of it. */
    boolean isPublished() {
        return isPublished;
    }
}
