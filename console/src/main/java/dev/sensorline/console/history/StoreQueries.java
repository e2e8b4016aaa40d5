package dev.sensorline.console.history;

import java.time.Clock;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.sensorline.console.history.History.State;
import dev.sensorline.console.history.History.StoreState;
import dev.sensorline.console.history.History.StoreUnavailableException;
import io.smallrye.mutiny.Uni;

/**
 * Asks a store on worker threads, a few questions at a time, and keeps whether it answers. When {@value #QUEUE} questions wait, further
 * ones fail at once. Logs one line when the store goes away, and one when it is back. Thread-safe.
 */
final class StoreQueries implements AutoCloseable {

    static final int THREADS = 4;
    static final int QUEUE = 64;

    private static final Logger LOG = Logger.getLogger(StoreQueries.class);
    private static final int LONGEST_DETAIL = 300;

    private final String name;
    private final Clock clock;
    private final ThreadPoolExecutor workers;
    private final AtomicBoolean isProbing = new AtomicBoolean();
    private volatile StoreState state;
    /** Guarded by this. */
    private boolean hasBeenAsked;


    /** @param name of the store, for people: product and address */
    StoreQueries(String name, Clock clock) {
        this.name = name;
        this.clock = clock;
        this.state = new StoreState(State.DOWN, clock.instant(), "it has not been asked yet");
        AtomicInteger number = new AtomicInteger();
        this.workers = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), task -> {
                    Thread worker = new Thread(task, "history-" + number.incrementAndGet());
                    worker.setDaemon(true);
                    return worker;
                });
        workers.allowCoreThreadTimeOut(true);
    }

    /**
     * What a question returns that blocks.
     *
     * @return fails with {@link StoreUnavailableException} if the store does not answer, or too many questions wait
     */
    <T> Uni<T> ask(Callable<T> question) {
        return Uni.createFrom().emitter(answer -> {
            try {
                workers.execute(() -> {
                    try {
                        answer.complete(answerOf(question));
                    } catch (RuntimeException e) {
                        answer.fail(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                answer.fail(new StoreUnavailableException("Too many questions wait for " + name));
            }
        });
    }

    /** Asks whether the store answers, unless it is being asked. */
    void probe(Callable<?> question) {
        if (isProbing.compareAndSet(false, true)) {
            ask(question).onTermination().invoke(() -> isProbing.set(false)).subscribe().with(answer -> {}, failure -> {});
        }
    }

    private <T> T answerOf(Callable<T> question) {
        try {
            T answer = question.call();
            changed(State.UP, null);
            return answer;
        } catch (Exception e) {
            String detail = detail(e);
            changed(State.DOWN, detail);
            throw new StoreUnavailableException(name + " does not answer: " + detail);
        }
    }

    private synchronized void changed(State next, @Nullable String detail) {
        if (hasBeenAsked && state.state() == next) {
            return;
        }
        hasBeenAsked = true;
        state = new StoreState(next, clock.instant(), detail);
        if (next == State.UP) {
            LOG.infof("%s answers", name);
        } else {
            LOG.warnf("%s does not answer: %s", name, detail);
        }
    }

    StoreState state() {
        return state;
    }

    /** How many questions wait. */
    int waiting() {
        return workers.getQueue().size();
    }

    /** The message, on one line. */
    private static String detail(Throwable failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String line = message.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > LONGEST_DETAIL ? line.substring(0, LONGEST_DETAIL) + "…" : line;
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
