package dev.sensorline.simulator.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

import dev.sensorline.fleet.Command;
import dev.sensorline.fleet.Format;
import dev.sensorline.fleet.Group;
import dev.sensorline.fleet.file.CommandText;
import dev.sensorline.fleet.file.InvalidFleetException;
import dev.sensorline.fleet.payload.Encoder;
import dev.sensorline.mqtt.client.MqttPublisher;
import dev.sensorline.mqtt.client.PublisherLoop;

/**
 * A run of a fleet: it connects, sends readings for as long as is asked for, at one rate after the other, and says what came of it. Its state
 * belongs to the first of its loops; {@link #start} and {@link #stop} may be called from any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What is gathered is handed on by a callback.
public final class FleetRun {

    /** The media type of {@link #metrics}. */
    public static final String METRICS_TYPE = Exposition.TYPE;

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Those that are connected do not wait longer for the others, once each has been tried. */
    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** For what is still due at the end to be sent. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Connections that fail are reported no more often. */
    private static final long FAILURES_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long ACKNOWLEDGEMENT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long FAREWELL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** The exit code of a run that cannot go on. */
    static final int FAILED = 1;
    /** The exit code of a run for which no broker has accepted a connection in time. */
    static final int NOT_CONNECTED = 4;

    private final FleetOptions options;
    private final List<PublisherLoop> threads;
    private final SensorLoop.Parts parts;
    private final Reporter reporter;
    private final IntConsumer exit;
    private final RunTime time;
    private final List<Step> steps;

    private List<SensorLoop> loops = List.of();
    private final List<StepResult> results = new ArrayList<>();
    private long connectingSince;
    private long allTriedAt = Long.MAX_VALUE;
    private int step;
    private long startedAt;
    private long endsAt;
    private Statistics before = new Statistics();
    private long beforeAt;
    private boolean isRunning;
    /** Whether the acknowledgements of a step that is over are awaited. */
    private boolean isEnding;

    private boolean isStopping;
    private long reportedFailures;
    private long reportedAt;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final AtomicBoolean hasFailed = new AtomicBoolean();
    private final Notices notices;

    /**
     * @param threads     as many as the options say
     * @param encoders    make payloads
     * @param journal     takes down what becomes of the readings
     * @param epochMillis the wall clock now, in milliseconds since 1970-01-01T00:00Z
     * @param exit        gets the exit code at the end of the run
     */
    public FleetRun(
            FleetOptions options,
            List<PublisherLoop> threads,
            Function<Group, Encoder> encoders,
            Journal journal,
            Reporter reporter,
            long epochMillis,
            IntConsumer exit) {
        this(
                options,
                threads,
                new SensorLoop.Parts(encoders, new FileFaults.Source(), journal),
                reporter,
                epochMillis,
                exit);
    }

    FleetRun(
            FleetOptions options,
            List<PublisherLoop> threads,
            SensorLoop.Parts parts,
            Reporter reporter,
            long epochMillis,
            IntConsumer exit) {
        this.options = options;
        this.threads = threads.stream()
                .<PublisherLoop>map(loop -> new GuardedLoop(loop, this::fail))
                .toList();
        this.parts = parts;
        this.reporter = reporter;
        this.notices = new Notices(reporter::event);
        this.exit = exit;
        this.time = RunTime.of(epochMillis, threads.get(0)::nanoTime);
        this.steps = Step.of(options.fleet(), options.rates());
    }

    private PublisherLoop control() {
        return threads.get(0);
    }

    /** A run of which a part has failed would only seem to go on: whoever watches the process restarts it. */
    private void fail(Throwable failure) {
        if (hasFailed.compareAndSet(false, true)) {
            reporter.failure(failure);
            exit.accept(FAILED);
        }
    }

    /** Begins to connect. */
    public void start() {
        List<CompletableFuture<SensorLoop>> made = new ArrayList<>();
        for (int i = 0; i < threads.size(); i++) {
            int index = i;
            CompletableFuture<SensorLoop> loop = new CompletableFuture<>();
            threads.get(i).execute(() -> {
                SensorLoop one =
                        new SensorLoop(threads.get(index), index, options, parts, this::received, notices, time);
                one.open();
                loop.complete(one);
            });
            made.add(loop);
        }
        CompletableFuture.allOf(made.toArray(CompletableFuture[]::new))
                .thenRun(() -> control().execute(() -> {
                    loops = made.stream().map(CompletableFuture::join).toList();
                    reporter.event("Connecting %d sensors by %d connections"
                            .formatted(options.fleet().sensors(), options.publishers()));
                    connectingSince = time.now();
                    awaitConnections();
                    progress();
                }));
    }

    /** Asks each loop on its thread, and hands on the answers on that of the first. */
    private <T> void gather(Function<SensorLoop, T> question, Consumer<List<T>> answers) {
        List<CompletableFuture<T>> asked = new ArrayList<>();
        for (SensorLoop loop : loops) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            loop.execute(one -> answer.complete(question.apply(one)));
            asked.add(answer);
        }
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenRun(() -> control()
                        .execute(() -> answers.accept(
                                asked.stream().map(CompletableFuture::join).toList())));
    }

    private void each(Consumer<SensorLoop> action) {
        loops.forEach(loop -> loop.execute(action));
    }

    /** A command has come: each loop does what it says for its sensors, and then it is answered. */
    private void received(MqttPublisher publisher, String topic, byte[] text) {
        CommandTopics topics = new CommandTopics(options.commands().orElseThrow(), options.fleet());
        Optional<CommandTopics.Target> target = topics.target(topic);
        Command command;
        try {
            if (target.isEmpty()) {
                answer(publisher, topic, Optional.of("there is no such group or sensor"));
                return;
            }
            command = CommandText.read("command", new String(text, UTF_8));
            check(
                    command,
                    target.get(),
                    options.fleet().groups().get(target.get().group()));
        } catch (InvalidFleetException | IllegalArgumentException e) {
            answer(publisher, topic, Optional.of(String.valueOf(e.getMessage())));
            return;
        }
        // The connection with the number 0, by which commands come, belongs to this thread.
        Instant from = Instant.EPOCH.plusNanos(time.now());
        gather(
                loop -> loop.apply(target.get(), command, from),
                problems -> answer(
                        publisher,
                        topic,
                        problems.stream().flatMap(Optional::stream).findFirst()));
    }

    private static void check(Command command, CommandTopics.Target target, Group group) {
        if (command.fault().isPresent() && target.sensor().isPresent()) {
            throw new IllegalArgumentException("fault: is for a group, not for one of its sensors");
        }
        if (command.isRebirth() && !(group.format() instanceof Format.Sparkplug)) {
            throw new IllegalArgumentException("rebirth: the group is not one of Sparkplug");
        }
        if (command.period()
                .filter(period -> period.compareTo(group.jitter()) < 0)
                .isPresent()) {
            throw new IllegalArgumentException("period: must not be shorter than the jitter of the group");
        }
    }

    private void answer(MqttPublisher publisher, String topic, Optional<String> problem) {
        byte[] to = CommandTopics.answer(topic).getBytes(UTF_8);
        byte[] text = problem.map(line -> "{\"ok\":false,\"error\":\"%s\"}"
                        .formatted(
                                line.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ")))
                .orElse("{\"ok\":true}")
                .getBytes(UTF_8);
        if (publisher.room(1) == MqttPublisher.Room.READY) {
            publisher.publish(to, to.length, text, text.length, 1, false, SensorLoop.NO_READING);
            publisher.flush();
        }
    }

    private void awaitConnections() {
        if (isStopping) {
            return;
        }
        record Answer(boolean areAll, boolean areTried, int connected) {}
        gather(loop -> new Answer(loop.areAllConnected(), loop.areAllTried(), loop.connected()), answers -> {
            long now = time.now();
            if (allTriedAt == Long.MAX_VALUE && answers.stream().allMatch(Answer::areTried)) {
                allTriedAt = now;
            }
            boolean areAll = answers.stream().allMatch(Answer::areAll);
            boolean areAny = answers.stream().anyMatch(answer -> answer.connected() > 0);
            boolean isEnough = allTriedAt != Long.MAX_VALUE && now - allTriedAt > LONGEST_WAIT_NANOS && areAny;
            if (isStopping) {
                return;
            }
            if (areAll || isEnough) {
                beginStep();
            } else if (!areAny && now - connectingSince >= connectLimitNanos()) {
                giveUp();
            } else {
                control().schedule(POLL_NANOS, this::awaitConnections);
            }
        });
    }

    private long connectLimitNanos() {
        return options.connectLimit().map(Duration::toNanos).orElse(Long.MAX_VALUE);
    }

    /** No broker has accepted a connection in time: the run ends without a result. */
    private void giveUp() {
        isStopping = true;
        gather(SensorLoop::lastFailure, failures -> {
            reporter.unreachable(last(failures).orElse("no answer"));
            leave(NOT_CONNECTED);
        });
    }

    private void beginStep() {
        Step next = steps.get(step);
        startedAt = time.now() + POLL_NANOS;
        endsAt = options.duration()
                .map(duration -> startedAt + duration.toNanos())
                .orElse(Long.MAX_VALUE);
        Instant start = Instant.EPOCH.plusNanos(startedAt);
        before = new Statistics();
        beforeAt = startedAt;
        isRunning = true;
        reporter.event(String.format(Locale.ROOT, "Sending %.1f readings/s", next.rate()));
        each(loop -> loop.begin(next.fleet(), start));
        each(loop -> loop.endAt(endsAt));
        awaitEnd();
    }

    private void awaitEnd() {
        if (isStopping) {
            return;
        }
        record Answer(boolean isOver, boolean isExhausted) {}
        gather(loop -> new Answer(loop.isOver(), loop.isExhausted()), answers -> {
            long now = time.now();
            boolean areOver = answers.stream().allMatch(Answer::isOver) || now - GRACE_NANOS >= endsAt;
            if (answers.stream().allMatch(Answer::isExhausted) || now >= endsAt && areOver) {
                endStep();
            } else {
                control().schedule(POLL_NANOS, this::awaitEnd);
            }
        });
    }

    private void endStep() {
        if (!isRunning) {
            return;
        }
        isRunning = false;
        isEnding = true;
        long now = time.now();
        double seconds = (Math.min(now, endsAt) - startedAt) / (double) SECOND_NANOS;
        long limit = now + ACKNOWLEDGEMENT_NANOS;
        gather(
                loop -> {
                    loop.finish();
                    return true;
                },
                ignored -> awaitAcknowledgements(limit, Math.max(seconds, 1e-9)));
    }

    private void awaitAcknowledgements(long limit, double seconds) {
        gather(SensorLoop::unacknowledged, counts -> {
            if (time.now() < limit && counts.stream().anyMatch(count -> count > 0)) {
                control().schedule(POLL_NANOS, () -> awaitAcknowledgements(limit, seconds));
            } else {
                gather(SensorLoop::endStep, all -> finished(seconds, sum(all)));
            }
        });
    }

    private static Statistics sum(List<Statistics> all) {
        Statistics sum = new Statistics();
        all.forEach(sum::add);
        return sum;
    }

    private void finished(double seconds, Statistics statistics) {
        results.add(new StepResult(steps.get(step).rate(), seconds, options.tolerance(), statistics));
        isEnding = false;
        step++;
        if (step < steps.size() && !isStopping) {
            beginStep();
        } else {
            finishRun();
        }
    }

    private void finishRun() {
        isStopping = true;
        gather(SensorLoop::late, all -> {
            all.forEach(late -> late.forEach(
                    (number, counted) -> results.get(number).statistics().add(counted)));
            RunResult result = new RunResult(List.copyOf(results));
            reporter.result(result.text(), result.json());
            leave(result.exitCode());
        });
    }

    private void leave(int exitCode) {
        each(SensorLoop::stop);
        control().schedule(FAREWELL_NANOS, () -> {
            stopped.complete(null);
            exit.accept(hasFailed.get() ? FAILED : exitCode);
        });
    }

    /**
     * Ends the run now, and says what came of it until now.
     *
     * @return completes when it has disconnected
     */
    public CompletableFuture<Void> stop() {
        control().execute(() -> {
            if (isStopping) {
                return;
            }
            isStopping = true;
            if (isRunning) {
                long now = time.now();
                each(loop -> loop.endAt(now));
                endsAt = now;
                endStep();
            } else if (!isEnding) {
                each(SensorLoop::stop);
                control().schedule(FAREWELL_NANOS, () -> stopped.complete(null));
            }
        });
        return stopped;
    }

    /**
     * What has been counted since the start of the run, in the text format of Prometheus. May be called from any thread.
     *
     * @return completes on a thread of the run
     */
    public CompletableFuture<String> metrics() {
        CompletableFuture<String> text = new CompletableFuture<>();
        control().execute(() -> {
            Statistics counted = new Statistics();
            results.forEach(result -> counted.addCounts(result.statistics()));
            // What the loops have counted is that of the step, which is among the results at the end.
            boolean isCounted = isStopping && !isRunning && !isEnding;
            double asked = isRunning ? steps.get(step).rate() : 0;
            gather(SensorLoop::statisticsWithLate, all -> {
                Statistics now = sum(all);
                counted.addState(now);
                if (!isCounted) {
                    counted.addCounts(now);
                }
                text.complete(FleetMetrics.text(options.fleet().sensors(), options.publishers(), asked, counted));
            });
        });
        return text;
    }

    private void progress() {
        if (isStopping) {
            return;
        }
        gather(SensorLoop::statistics, all -> {
            Statistics now = sum(all);
            long at = time.now();
            double seconds = Math.max(1, at - beforeAt) / (double) SECOND_NANOS;
            reporter.progress(String.format(
                    Locale.ROOT,
                    "%d sensors, %d of %d connected, %.1f readings/s asked, %.1f/s achieved, %.0f bytes/s, %d faults, %d errors",
                    options.fleet().sensors(),
                    now.connected,
                    now.connections,
                    isRunning ? steps.get(step).rate() : 0,
                    (now.sent - before.sent) / seconds,
                    (now.bytes - before.bytes) / seconds,
                    now.faults,
                    now.skipped + now.refused + now.failedConnections));
            parts.journal().flush();
            reportFailures(now);
            before = now;
            beforeAt = at;
        });
        control().schedule(SECOND_NANOS, this::progress);
    }

    private void reportFailures(Statistics now) {
        long more = now.failedConnections - reportedFailures;
        if (more > 0 && time.now() - reportedAt < FAILURES_NANOS) {
            return;
        }
        if (more > 0) {
            reportedAt = time.now();
            gather(
                    SensorLoop::lastFailure,
                    failures -> reporter.event("%d connections lost or not accepted: %s"
                            .formatted(more, last(failures).orElse("no reason"))));
        }
        reportedFailures = now.failedConnections;
    }

    private static Optional<String> last(List<String> failures) {
        return failures.stream().filter(text -> !text.isEmpty()).findFirst();
    }
}
