package dev.sensorline.mqtt.client.vertx;

import java.time.Duration;
import java.util.function.Consumer;

import dev.sensorline.mqtt.client.SessionOptions.Broker;
import io.netty.channel.ChannelPipeline;

/** What a session needs: an event loop, time, and sockets to its broker. Tests replace it to move time themselves. */
interface Network {

    /** The name of the last handler of a socket's pipeline; those of MQTT are added before it. */
    String LAST_HANDLER = "handler";

    /** A timer that can be cancelled. */
    interface Timer {

        void cancel();
    }

    /** Runs an action on the event loop, after the one that is running there. May be called from any thread. */
    void execute(Runnable action);

    /** Runs an action now, as work of the event loop, on which this must be called. */
    void dispatch(Runnable action);

    /** Runs an action on the event loop after a delay. */
    Timer schedule(Duration delay, Runnable action);

    /** A clock for time differences, in nanoseconds. */
    long nanoTime();

    /** Opens a socket to a broker, with TLS if the options say so; then calls exactly one of the two on the event loop. */
    void open(Broker broker, Consumer<ChannelPipeline> opened, Consumer<Throwable> failed);
}
