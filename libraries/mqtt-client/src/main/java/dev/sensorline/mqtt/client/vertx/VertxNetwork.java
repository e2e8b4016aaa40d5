package dev.sensorline.mqtt.client.vertx;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.sensorline.connections.HostAddresses;
import dev.sensorline.connections.PemFiles;
import dev.sensorline.mqtt.client.SessionOptions;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetSocketInternal;

/**
 * The network of a Vert.x instance. Uses internals of Vert.x 4: an event loop context of its own ({@link VertxInternal}), the
 * event loop of Netty below it ({@link ContextInternal}), and a socket's pipeline with its handler named {@value
 * Network#LAST_HANDLER} ({@link NetSocketInternal}).
 */
final class VertxNetwork implements Network {

    private final Vertx vertx;
    /** Of its own, so that the connections, which run where they are opened from, stay on one thread. */
    private final ContextInternal context;

    private final SessionOptions.Broker broker;
    private final HostAddresses resolver;
    private final NetClientOptions options;
    /** For all addresses together. */
    private final Duration limit;

    VertxNetwork(Vertx vertx, SessionOptions session, HostAddresses resolver) {
        this.vertx = vertx;
        this.resolver = resolver;
        this.limit = session.connectTimeout();
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.broker = session.broker();
        this.options = new NetClientOptions();
        session.tls().ifPresent(tls -> {
            options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            tls.authority()
                    .map(file -> PemFiles.trust(file, vertx))
                    .or(() -> PemFiles.machineTrust(vertx))
                    .ifPresent(options::setTrustOptions);
            tls.certificate()
                    .ifPresent(file -> options.setKeyCertOptions(
                            PemFiles.key(file, tls.key().orElseThrow(), vertx)));
        });
    }

    @Override
    public void execute(Runnable action) {
        context.runOnContext(ignored -> action.run());
    }

    @Override
    public void dispatch(Runnable action) {
        context.dispatch(action);
    }

    @Override
    public Timer schedule(Duration delay, Runnable action) {
        ScheduledFuture<?> timer = context.nettyEventLoop()
                .schedule(() -> context.dispatch(action), Math.max(1, delay.toMillis()), TimeUnit.MILLISECONDS);
        return () -> timer.cancel(false);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void open(Consumer<ChannelPipeline> opened, Consumer<Throwable> failed) {
        addresses().onComplete(found -> {
            if (found.failed()) {
                failed.accept(found.cause());
            } else {
                open(found.result(), limit.dividedBy(found.result().size()), opened, failed);
            }
        });
    }

    /** On a worker thread, because the resolver may wait for a name server. */
    private Future<Queue<InetAddress>> addresses() {
        return context.executeBlocking(() -> new ArrayDeque<>(resolver.of(broker.host())), false);
    }

    /** Tries each address in turn; a failure is that of the last one. */
    private void open(
            Queue<InetAddress> addresses,
            Duration limitOfAddress,
            Consumer<ChannelPipeline> opened,
            Consumer<Throwable> failed) {
        NetClientOptions attempt =
                new NetClientOptions(options).setConnectTimeout((int) Math.max(1, limitOfAddress.toMillis()));
        // A client for each connection: with it goes its TLS session, and what an earlier certificate had proved.
        NetClient client = vertx.createNetClient(attempt);
        InetSocketAddress address = new InetSocketAddress(addresses.remove(), broker.port());
        Future<NetSocket> opening;
        try {
            opening = client.connect(SocketAddress.inetSocketAddress(address), broker.serverName());
        } catch (RuntimeException e) {
            // A native executable that has no open file left throws instead of failing the future.
            opening = Future.failedFuture("no socket can be opened");
        }
        opening.onComplete(socket -> {
            if (socket.succeeded()) {
                socket.result().closeHandler(ignored -> client.close());
                opened.accept(((NetSocketInternal) socket.result())
                        .channelHandlerContext()
                        .pipeline());
                return;
            }
            client.close();
            if (addresses.isEmpty()) {
                failed.accept(socket.cause());
            } else {
                open(addresses, limitOfAddress, opened, failed);
            }
        });
    }
}
