package dev.sensorline.ingestor.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;

/**
 * Leaves connections for health checks, however many clients hold theirs. No more than a bound may be open at once
 * (application.properties), and a connection beyond it is refused, whatever it would ask. So while more than
 * {@link #MOST_HELD} are held, the oldest are closed.
 */
@Singleton
final class HttpConnections {

    /** Eight fewer than the bound. */
    static final int MOST_HELD = 24;

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final AttributeKey<Long> HELD_SINCE = AttributeKey.valueOf(HttpConnections.class, "heldSince");

    private final Vertx vertx;
    private final EventLoopGroup loops;

    HttpConnections(Vertx vertx) {
        this.vertx = vertx;
        this.loops = vertx.nettyEventLoopGroup();
    }

    void start(@Observes StartupEvent event) {
        vertx.setPeriodic(INTERVAL.toMillis(), timer -> closeOldest());
    }

    private void closeOldest() {
        int channels = 0; // These, and those to the servers.
        for (EventExecutor loop : loops) {
            channels += ((SingleThreadEventLoop) loop).registeredChannels();
        }
        if (channels > MOST_HELD) {
            collect(loops.iterator(), System.nanoTime(), new ArrayList<>());
        }
    }

    /** Each event loop knows its own channels only, so this goes from one to the next. */
    @SuppressWarnings("FutureReturnValueIgnored") // A connection that cannot be closed has ended already.
    private void collect(Iterator<EventExecutor> remaining, long now, List<Channel> held) {
        if (!remaining.hasNext()) {
            held.stream()
                    .sorted(Comparator.comparingLong(
                            channel -> channel.attr(HELD_SINCE).get() - now))
                    .limit(Math.max(0, held.size() - MOST_HELD))
                    .forEach(Channel::close);
            return;
        }
        SingleThreadEventLoop loop = (SingleThreadEventLoop) remaining.next();
        loop.execute(() -> {
            loop.registeredChannelsIterator().forEachRemaining(channel -> {
                if (channel.parent() instanceof ServerChannel) {
                    channel.attr(HELD_SINCE).setIfAbsent(now);
                    held.add(channel);
                }
            });
            collect(remaining, now, held);
        });
    }
}
