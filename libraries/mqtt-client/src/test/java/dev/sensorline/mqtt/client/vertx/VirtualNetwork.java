package dev.sensorline.mqtt.client.vertx;

import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.sensorline.mqtt.client.SessionOptions.Broker;
import io.netty.channel.ChannelPipeline;

/** A network in memory, whose time passes only when a test says so. */
final class VirtualNetwork implements Network {

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ArrayDeque<Runnable> actions = new ArrayDeque<>();
    private final List<Alarm> alarms = new ArrayList<>();
    private final List<ScriptedBroker> connections = new ArrayList<>();
    private final List<Duration> attempts = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private final Set<String> down = new HashSet<>();
    private Throwable failure;
    private long nanos;

    private record Alarm(long nanos, Runnable action) {}

    /** From now on no connection can be opened. */
    void failWith(Throwable failure) {
        this.failure = failure;
    }

    /** From now on no connection to this host can be opened. */
    void failWith(String host) {
        down.add(host);
    }

    /** From now on connections can be opened. */
    void recover() {
        failure = null;
        down.clear();
    }

    /** The hosts of the attempts to connect since the last call. */
    List<String> takeHosts() {
        List<String> taken = List.copyOf(hosts);
        hosts.clear();
        return taken;
    }

    /** The times of all attempts to connect, since the start. */
    List<Duration> attempts() {
        return attempts;
    }

    /** The broker's end of the latest connection. */
    ScriptedBroker broker() {
        return connections.get(connections.size() - 1);
    }

    int connectionCount() {
        return connections.size();
    }

    /** Lets time pass. */
    void advance(Duration time) {
        for (long end = nanos + time.toNanos(); nanos < end; ) {
            nanos += STEP_NANOS;
            connections.forEach(connection -> connection.channel().advanceTimeBy(STEP_NANOS, TimeUnit.NANOSECONDS));
            run();
        }
    }

    /** Lets time pass in which nothing runs, as while the process is stopped. */
    void standStill(Duration time) {
        nanos += time.toNanos();
        connections.forEach(connection -> connection.channel().advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS));
        run();
    }

    /** Runs what is due. */
    void run() {
        boolean busy = true;
        while (busy) {
            List.copyOf(connections).forEach(connection -> connection.channel().runPendingTasks());
            List<Alarm> due =
                    alarms.stream().filter(alarm -> alarm.nanos <= nanos).toList();
            alarms.removeAll(due);
            due.forEach(alarm -> actions.add(alarm.action));
            busy = !actions.isEmpty();
            while (!actions.isEmpty()) {
                actions.remove().run();
            }
        }
    }

    @Override
    public void execute(Runnable action) {
        actions.add(action);
    }

    @Override
    public void dispatch(Runnable action) {
        action.run();
    }

    @Override
    public Timer schedule(Duration delay, Runnable action) {
        Alarm alarm = new Alarm(nanos + delay.toNanos(), action);
        alarms.add(alarm);
        return () -> alarms.remove(alarm);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public void open(Broker broker, Consumer<ChannelPipeline> opened, Consumer<Throwable> failed) {
        attempts.add(Duration.ofNanos(nanos));
        hosts.add(broker.host());
        if (down.contains(broker.host())) {
            failed.accept(new ConnectException("Connection refused"));
            return;
        }
        if (failure != null) {
            failed.accept(failure);
            return;
        }
        connections.add(new ScriptedBroker(this::run));
        opened.accept(broker().channel().pipeline());
    }
}
