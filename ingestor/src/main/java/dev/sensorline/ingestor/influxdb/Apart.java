package dev.sensorline.ingestor.influxdb;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

import dev.sensorline.connections.Backoff;
import dev.sensorline.connections.StateLog;
import dev.sensorline.ingestor.eventloop.EventLoop;
import dev.sensorline.ingestor.influxdb.Batch.Leaving;
import dev.sensorline.ingestor.influxdb.RefusedPoints.Cause;
import dev.sensorline.ingestor.influxdb.Verdict.Kind;
import dev.sensorline.ingestor.pipeline.SetAside;
import dev.sensorline.points.Rejection;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.Storable;
import dev.sensorline.points.lineprotocol.LineProtocol;

/**
 * Points that the store does not take while it takes others, and the series that are known for it. They wait apart and are
 * tried by themselves, so that they cost the others nothing.
 *
 * <table>
 * <caption>How long points wait before they are set aside</caption>
 * <tr><th>points</th><th>wait until</th><th>set aside as</th></tr>
 * <tr><td>refused for their content</td><td>the store has accepted another point since they were sent, which shows that it is
 *     their content; or 10 s, if only few points come</td><td>{@code refused_by_store}</td></tr>
 * <tr><td>of new series in a full store</td><td>the hold time has passed</td><td>{@code store_full}</td></tr>
 * <tr><td>of series that fail (500)</td><td>the hold time has passed, of which time counts only in which the store has accepted
 *     others</td><td>{@code store_error}</td></tr>
 * </table>
 *
 * If the store accepts no point for 10 s and refuses a hundred of them, or two series, <em>all</em> is refused. That is a state
 * of the store: nothing is set aside until the hold time has passed. Otherwise no more wait than half of the broker's in-flight
 * window, which what is not acknowledged occupies, and beyond that the oldest are set aside. The window is agreed with the broker
 * by MQTT 5; else it is no smaller than the most that have been in the store's hands at once. A batch whose points cannot leave it, as over Kafka, waits for a series for the hold time once:
 * further points of the series are set aside as soon as the store has accepted others.
 * <p>
 * Belongs to the store's event loop, except for what may be asked from any thread.
 */
final class Apart {

    private static final Logger LOG = Logger.getLogger(InfluxStore.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration QUIET = Duration.ofSeconds(10);
    private static final int MANY_POINTS = 100;
    private static final int MANY_SERIES = 2;
    /** Half of Mosquitto's in-flight window as it comes. */
    private static final int LEAST_LIMIT = 10;
    /** Half of the readings that the ingestor holds at most. */
    private static final int LARGEST_LIMIT = 10_000;

    private static final int KNOWN_SERIES = 10_000;
    private static final int TRIALS_AT_ONCE = 8;
    private static final Duration FIRST_TRIAL = Duration.ofSeconds(1);
    private static final Duration LAST_TRIAL = Duration.ofMinutes(1);
    private static final Duration LONGEST_TRIAL_WHILE_REFUSING = Duration.ofSeconds(3);
    private static final int TRIALS_WHILE_HELD = 4;
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(2);
    private static final long NEVER = Long.MIN_VALUE;

    /** Sends lines once, and says what became of them. */
    @FunctionalInterface
    interface Asking {

        void ask(byte[] lines, boolean hasPoints, Consumer<Verdict> answered, Consumer<String> unanswered);
    }

    /** Points of a batch by what is known of their series. */
    record Sorted(List<Storable> known, List<Storable> suspected, List<Storable> others) {}

    private enum Why {
        /** Some of the series' points are refused for what they contain, and others may not be. */
        SUSPECTED(Reason.REFUSED_BY_STORE),
        REFUSED(Reason.REFUSED_BY_STORE),
        FULL(Reason.STORE_FULL),
        FAILING(Reason.STORE_ERROR);

        private final Reason reason;

        Why(Reason reason) {
            this.reason = reason;
        }
    }

    /** A series that the store has not taken. */
    private static final class Series {

        private final String key;
        private final Backoff backoff = new Backoff(FIRST_TRIAL, LAST_TRIAL);
        private Why why;
        /** The types of the fields that are refused; null if it is the series that is refused. */
        private Map<String, String> fieldTypes;

        private String explanation;
        private long acceptedAtRefusal;
        private long nextTrialNanos;
        private long lastRefusedNanos;
        private boolean isBeingTried;
        /** Whether the store has answered the last trial. */
        private boolean isAnswered = true;
        /** Whether points have been set aside because the hold time has passed, and none has been accepted since. */
        private boolean isHoldSpent;

        private final Set<Waiting> waiting = new LinkedHashSet<>();

        Series(String key) {
            this.key = key;
        }
    }

    /** Points that came together, and are acknowledged together. */
    private static final class Group {

        private final Leaving leaving;
        private int open;

        Group(int points, Leaving leaving) {
            this.open = points;
            this.leaving = leaving;
        }

        void settle(int points) {
            open -= points;
            if (open == 0) {
                leaving.settled().complete(null);
            }
        }
    }

    private static final class Waiting {

        private final Storable point;
        private final Group group;
        private final Series series;
        private final Why why;
        private final long sinceNanos;
        private long acceptedBefore;
        private long countedNanos;
        private boolean isDone;

        Waiting(Storable point, Group group, Series series, long sinceNanos, long acceptedBefore) {
            this.point = point;
            this.group = group;
            this.series = series;
            this.why = series.why;
            this.sinceNanos = sinceNanos;
            this.acceptedBefore = acceptedBefore;
        }
    }

    private final String url;
    private final EventLoop loop;
    private final SetAside setAside;
    private final Duration hold;
    private final Asking store;
    private final Runnable stateChanged;

    private final Map<String, Series> known = new LinkedHashMap<>();
    /** Those of the known series that are set aside only after the hold time. */
    private final Set<Series> held = new LinkedHashSet<>();
    /** Those of the known series of which points wait and which are not being tried. */
    private final TrialQueue<Series> trials = new TrialQueue<>();

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final StateLog<Boolean> log = new StateLog<>(LOG, false);
    private final AtomicInteger size = new AtomicInteger();
    private volatile boolean isRefusingAll;
    private int trialsUnderWay;
    private int limit = LEAST_LIMIT;
    private boolean isTicking;
    private long lastTickNanos;
    private long acceptedAtTick;

    private final AtomicLong accepted = new AtomicLong();
    private int refusedSinceAccepted;
    private final Set<String> seriesRefusedSinceAccepted = new HashSet<>();
    private long refusedSinceNanos = NEVER;
    private String lastRefusal = "";

    /**
     * Nothing is apart at first.
     *
     * @param url          the store, for log lines
     * @param stateChanged called when all is refused, and when not any more
     */
    Apart(String url, EventLoop loop, SetAside setAside, Duration hold, Asking store, Runnable stateChanged) {
        this.url = url;
        this.loop = loop;
        this.setAside = setAside;
        this.hold = hold;
        this.store = store;
        this.stateChanged = stateChanged;
    }

    /** Points that wait. May be called from any thread. */
    int size() {
        return size.get();
    }

    /** Whether the store refuses all that comes, for its content. May be called from any thread. */
    boolean isRefusingAll() {
        return isRefusingAll;
    }

    /** Why the last point was refused. */
    String lastRefusal() {
        return lastRefusal;
    }

    /** Whether no series is known to be refused. */
    boolean isEmpty() {
        return known.isEmpty();
    }

    /** Points the store has accepted so far. May be called from any thread. */
    long acceptedCount() {
        return accepted.get();
    }

    /**
     * The broker sends at least so many points without an acknowledgement: its window is known, or so many have been in the
     * store's hands at once.
     */
    void observe(int window) {
        limit = Math.max(limit, Math.min(window / 2, LARGEST_LIMIT));
    }

    /** Points have been accepted: what is refused meanwhile is so for its content. */
    void accepted(int points) {
        accepted.addAndGet(points);
        if (refusedSinceAccepted > 0) {
            refusedSinceAccepted = 0;
            seriesRefusedSinceAccepted.clear();
            refusedSinceNanos = NEVER;
        }
        if (isRefusingAll) {
            isRefusingAll = false;
            // Before anything is set aside it is tried again.
            waiting.forEach(each -> each.acceptedBefore = accepted.get());
            known.values().forEach(series -> tryAgainAt(series, loop.nanoTime()));
            stateChanged.run();
            tryDue();
        } else if (size.get() > 0) {
            setAsideDue();
        }
    }

    /** The points of known series apart from the others. */
    Sorted sort(List<? extends Storable> points) {
        Sorted sorted = new Sorted(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Storable point : points) {
            Series series = known.get(LineText.series(point));
            boolean isMeant = series != null
                    && (series.fieldTypes == null
                            || series.fieldTypes.equals(LineText.of(point).fieldTypes()));
            if (!isMeant) {
                sorted.others().add(point);
            } else if (series.why == Why.SUSPECTED) {
                sorted.suspected().add(point);
            } else {
                sorted.known().add(point);
            }
        }
        return sorted;
    }

    /** Keeps points of known series. */
    void keepKnown(List<Storable> points, Leaving leaving) {
        Group group = new Group(points.size(), leaving);
        for (Storable point : points) {
            Series series = known.get(LineText.series(point));
            keep(point, group, series, series.acceptedAtRefusal);
        }
        tryDue();
        afterKeeping();
    }

    /**
     * Keeps points that the store has refused, or sets them aside at once if it has accepted others.
     *
     * @param acceptedBefore how many points the store had accepted when these were sent
     * @param leaving        completed when the store has accepted them, or they have been set aside
     */
    void keepRefused(RefusedPoints refused, Verdict verdict, long acceptedBefore, Leaving leaving) {
        String explanation = verdict.answer().explanation();
        Group group = new Group(refused.points().size(), leaving);
        if (refused.cause() == Cause.TOO_OLD) {
            setAside(refused.points(), Reason.REFUSED_BY_STORE, explanation, group);
            return;
        }
        lastRefusal = explanation;
        Why why =
                verdict.kind() == Kind.FULL ? Why.FULL : refused.cause() == Cause.CONTENT ? Why.SUSPECTED : Why.REFUSED;
        Set<Series> counted = new HashSet<>();
        for (Storable point : refused.points()) {
            Series series = know(point, why, explanation, counted);
            series.fieldTypes = why == Why.REFUSED ? LineText.of(point).fieldTypes() : null;
            keep(point, group, series, acceptedBefore);
        }
        afterKeeping();
    }

    /** Keeps points of a series that fails while others do not. */
    void keepFailing(List<? extends Storable> points, Verdict verdict, Leaving leaving) {
        Group group = new Group(points.size(), leaving);
        Set<Series> counted = new HashSet<>();
        for (Storable point : points) {
            keep(point, group, know(point, Why.FAILING, verdict.answer().shown(), counted), accepted.get());
        }
        afterKeeping();
    }

    /** @param counted series for which this answer has been counted: one answer prolongs the pause of a series once */
    private Series know(Storable point, Why why, String explanation, Set<Series> counted) {
        Series series = known.computeIfAbsent(LineText.series(point), Series::new);
        series.why = why;
        series.explanation = explanation;
        if (why == Why.FULL || why == Why.FAILING) {
            held.add(series);
        } else {
            held.remove(series);
        }
        if (counted.add(series)) {
            refusedNow(series);
        }
        if (known.size() > KNOWN_SERIES) {
            forgetOldest(series);
        }
        return series;
    }

    /** The oldest of which nothing waits. */
    private void forgetOldest(Series except) {
        known.values().stream()
                .filter(series -> series != except && series.waiting.isEmpty())
                .findFirst()
                .ifPresent(this::forget);
    }

    private void forget(Series series) {
        known.remove(series.key, series);
        held.remove(series);
        trials.remove(series);
    }

    private void refusedNow(Series series) {
        series.lastRefusedNanos = loop.nanoTime();
        series.acceptedAtRefusal = accepted.get();
        tryAgainAt(series, series.lastRefusedNanos + nextPause(series).toNanos());
    }

    /** When the series is tried next, if points of it wait by then. */
    private void tryAgainAt(Series series, long nanos) {
        series.nextTrialNanos = nanos;
        enqueue(series);
    }

    private void enqueue(Series series) {
        if (series.waiting.isEmpty() || series.isBeingTried) {
            trials.remove(series);
        } else {
            trials.put(series, series.nextTrialNanos);
        }
    }

    /**
     * While all is refused, the first series that is taken ends that state, so none waits long for its turn. What fails, or had
     * room until recently, is tried several times before the hold time has passed.
     */
    private Duration nextPause(Series series) {
        Duration next = series.backoff.next();
        boolean mayHeal = series.why == Why.FAILING || series.why == Why.FULL && !series.isHoldSpent;
        Duration longest =
                isRefusingAll ? LONGEST_TRIAL_WHILE_REFUSING : mayHeal ? hold.dividedBy(TRIALS_WHILE_HELD) : LAST_TRIAL;
        return next.compareTo(longest) > 0 ? longest : next;
    }

    private void keep(Storable point, Group group, Series series, long acceptedBefore) {
        Waiting each = new Waiting(point, group, series, loop.nanoTime(), acceptedBefore);
        waiting.add(each);
        series.waiting.add(each);
        if (series.waiting.size() == 1) {
            enqueue(series);
        }
        size.incrementAndGet();
        if (each.why != Why.FAILING) {
            refusedSinceAccepted++;
            if (seriesRefusedSinceAccepted.size() < MANY_SERIES) {
                seriesRefusedSinceAccepted.add(series.key);
            }
            if (refusedSinceNanos == NEVER) {
                refusedSinceNanos = each.sinceNanos;
            }
        }
    }

    private void afterKeeping() {
        showKept();
        setAsideDue();
        if (!isTicking) {
            isTicking = true;
            lastTickNanos = loop.nanoTime();
            acceptedAtTick = accepted.get();
            loop.schedule(TICK, this::tick);
        }
    }

    private void tick() {
        long now = loop.nanoTime();
        boolean acceptsOthers = accepted.get() != acceptedAtTick;
        for (Waiting each : waiting) {
            // While a batch waits for them, as over Kafka, there may be no others.
            if (acceptsOthers || !each.group.leaving.haveLeft() && each.series.isAnswered) {
                each.countedNanos += now - lastTickNanos;
            }
        }
        lastTickNanos = now;
        acceptedAtTick = accepted.get();
        if (!isRefusingAll
                && refusedSinceNanos != NEVER
                && now - refusedSinceNanos >= QUIET.toNanos()
                && (refusedSinceAccepted >= MANY_POINTS || seriesRefusedSinceAccepted.size() >= MANY_SERIES)) {
            isRefusingAll = true;
            known.values().forEach(series -> tryAgainAt(series, now));
            stateChanged.run();
        }
        setAsideDue();
        tryDue();
        known.values().stream()
                .filter(series -> series.waiting.isEmpty()
                        && !series.isBeingTried
                        && now - series.lastRefusedNanos > FORGOTTEN_AFTER.toNanos())
                .toList()
                .forEach(this::forget);
        showKept();
        isTicking = !known.isEmpty() || isRefusingAll;
        if (isTicking) {
            loop.schedule(TICK, this::tick);
        }
    }

    private void setAsideDue() {
        long now = loop.nanoTime();
        boolean isOnHold = isRefusingAll && now - refusedSinceNanos < hold.toNanos();
        List<Waiting> due = new ArrayList<>();
        for (Waiting each : waiting) {
            if (each.isDone) {
                continue;
            }
            if (isDue(each, now, isOnHold)) {
                each.series.isHoldSpent |= each.why == Why.FULL || each.why == Why.FAILING;
                due.add(each);
            } else if (!isOnHold && size.get() - due.size() > limitFor(each)) {
                due.add(each);
            }
        }
        due.forEach(each -> {
            done(each);
            each.series.waiting.remove(each);
            if (each.series.waiting.isEmpty()) {
                trials.remove(each.series);
            }
        });
        forgetDone();
        for (Waiting each : due) {
            setAside(List.of(each.point), each.why.reason, each.series.explanation, each.group);
        }
    }

    /** What may be a state of the store is not set aside for lack of room before that is decided. */
    private int limitFor(Waiting each) {
        return each.why == Why.FAILING || each.why == Why.FULL && accepted.get() > each.acceptedBefore
                ? limit
                : Integer.MAX_VALUE;
    }

    private boolean isDue(Waiting each, long now, boolean isOnHold) {
        if (isOnHold || each.series.isBeingTried) {
            return false;
        }
        return switch (each.why) {
            case REFUSED, SUSPECTED ->
                isRefusingAll
                        || accepted.get() > each.acceptedBefore
                        || now - each.sinceNanos >= QUIET.toNanos() + TICK.toNanos();
            case FULL -> now - each.sinceNanos >= hold.toNanos() || isWaitedForAgain(each);
            case FAILING -> each.countedNanos >= hold.toNanos() || isWaitedForAgain(each);
        };
    }

    /** A series holds up batches that stay whole for the hold time once, and not each of them. */
    private boolean isWaitedForAgain(Waiting each) {
        return each.series.isHoldSpent && !each.group.leaving.haveLeft() && accepted.get() > each.acceptedBefore;
    }

    private void setAside(List<Storable> points, Reason reason, String explanation, Group group) {
        setAside.setAside(points.stream()
                        .map(point -> new Rejection(point.origin(), reason, explanation))
                        .toList())
                .thenRun(() -> loop.execute(() -> group.settle(points.size())));
    }

    /** Series whose turn it is are tried, each by itself, those that have waited longest first. */
    private void tryDue() {
        long now = loop.nanoTime();
        while (trialsUnderWay < TRIALS_AT_ONCE) {
            Optional<Series> due = trials.poll(now);
            if (due.isEmpty()) {
                return;
            }
            attempt(due.get());
        }
    }

    private void attempt(Series series) {
        trialsUnderWay++;
        series.isBeingTried = true;
        List<Waiting> tried = List.copyOf(series.waiting);
        byte[] lines = LineProtocol.of(tried.stream().map(each -> each.point).toList());
        store.ask(
                lines,
                true,
                verdict -> {
                    trialsUnderWay--;
                    series.isBeingTried = false;
                    series.isAnswered = true;
                    if (verdict.kind() == Kind.ACCEPTED) {
                        taken(series, tried);
                    } else {
                        refusedNow(series);
                    }
                },
                reason -> {
                    trialsUnderWay--;
                    series.isBeingTried = false;
                    series.isAnswered = false;
                    tryAgainAt(series, loop.nanoTime() + nextPause(series).toNanos());
                });
    }

    private void taken(Series series, List<Waiting> tried) {
        series.backoff.reset();
        series.isHoldSpent = false;
        tried.forEach(series.waiting::remove);
        if (series.waiting.isEmpty()) {
            forget(series);
        } else {
            enqueue(series);
        }
        for (Waiting each : tried) {
            if (!each.isDone) { // It may have been set aside meanwhile, for lack of room.
                done(each);
                each.group.settle(1);
            }
        }
        forgetDone();
        accepted(tried.size());
        showKept();
        tryDue();
    }

    private void done(Waiting each) {
        each.isDone = true;
        size.decrementAndGet();
    }

    private void forgetDone() {
        waiting.removeIf(each -> each.isDone);
    }

    /** One line when series begin to be kept apart, and one when there are none any more. */
    private void showKept() {
        Series kept = held.isEmpty() ? null : held.iterator().next();
        log.report(
                kept != null,
                kept != null ? Level.WARN : Level.INFO,
                () -> kept != null
                        ? "InfluxDB at %s does not take the points of some series, such as %s: %s; they are kept apart and set aside after %d s, the others are written"
                                .formatted(url, kept.key, kept.explanation, hold.toSeconds())
                        : "InfluxDB at %s takes the points of all series again, or they come no more".formatted(url));
    }
}
