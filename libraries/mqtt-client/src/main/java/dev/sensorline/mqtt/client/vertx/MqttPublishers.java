package dev.sensorline.mqtt.client.vertx;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.PublisherLoop;
import dev.sensorline.mqtt.client.PublisherOptions;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;

/** Publishers on event loops of their own. Thread-safe. */
public final class MqttPublishers implements AutoCloseable {

    private static final long QUIET_MILLIS = 0;
    private static final long LIMIT_MILLIS = 2_000;

    private final NioEventLoopGroup group;
    private final ExecutorService resolving;
    private final List<PublisherLoop> loops = new ArrayList<>();

    /**
     * Starts the event loops, and asks for the addresses of the brokers, which blocks.
     *
     * @param vertx reads files of certificates
     * @throws IllegalArgumentException if a file of the TLS options does not hold what it must, or the version of MQTT is AUTO
     */
    public MqttPublishers(int threads, PublisherOptions options, Vertx vertx) {
        this(threads, options, NioSocketChannel::new, vertx);
    }

    MqttPublishers(int threads, PublisherOptions options, Supplier<NioSocketChannel> opening, Vertx vertx) {
        if (options.session().version() == ProtocolVersion.AUTO) {
            throw new IllegalArgumentException("Publishers need a version of MQTT");
        }
        resolving = Executors.newSingleThreadExecutor(new DefaultThreadFactory("broker-addresses", true));
        group = new NioEventLoopGroup(threads, new DefaultThreadFactory("fleet", true));
        for (EventExecutor loop : group) {
            PublisherSockets sockets =
                    new PublisherSockets(options, (io.netty.channel.EventLoop) loop, resolving, opening, vertx);
            sockets.resolve();
            loops.add(sockets);
        }
    }

    /** One for each thread. */
    public List<PublisherLoop> loops() {
        return List.copyOf(loops);
    }

    /** Ends the event loops, and so all connections, and awaits that for some seconds. Must not be called on one of the loops. */
    @Override
    public void close() {
        resolving.shutdownNow();
        group.shutdownGracefully(QUIET_MILLIS, LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2 * LIMIT_MILLIS);
    }
}
