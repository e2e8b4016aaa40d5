package dev.sensorline.mqtt.client.vertx;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.sensorline.connections.HostAddresses;
import dev.sensorline.connections.PemFiles;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
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

    private final HostAddresses resolver;
    private final NetClientOptions options;
    private final Optional<String> webSocketPath;
    /** For all addresses together, and again for the TLS handshake and the WebSocket upgrade. */
    private final Duration limit;

    VertxNetwork(Vertx vertx, SessionOptions session, HostAddresses resolver) {
        this.vertx = vertx;
        this.resolver = resolver;
        this.webSocketPath = session.webSocketPath();
        this.limit = session.connectTimeout();
        this.context = ((VertxInternal) vertx).createEventLoopContext();
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
    public void open(Broker broker, Consumer<ChannelPipeline> opened, Consumer<Throwable> failed) {
        addresses(broker).onComplete(found -> {
            if (found.failed()) {
                failed.accept(found.cause());
            } else {
                new AddressRace<>(
                                this,
                                new Sockets(broker),
                                found.result(),
                                limit,
                                socket -> opened(
                                        broker,
                                        ((NetSocketInternal) socket)
                                                .channelHandlerContext()
                                                .pipeline(),
                                        opened,
                                        failed),
                                failed)
                        .start();
            }
        });
    }

    private void opened(
            Broker broker, ChannelPipeline socket, Consumer<ChannelPipeline> opened, Consumer<Throwable> failed) {
        webSocketPath.ifPresentOrElse(
                path -> new WebSocketUpgrade(broker, path, limit, opened, failed).start(socket),
                () -> opened.accept(socket));
    }

    /** On a worker thread, because the resolver may wait for a name server. */
    private Future<List<InetAddress>> addresses(Broker broker) {
        return context.executeBlocking(() -> resolver.of(broker.host()), false);
    }

    private final class Sockets implements AddressRace.Sockets<NetSocket> {

        private final Broker broker;

        Sockets(Broker broker) {
            this.broker = broker;
        }

        @Override
        public Future<NetSocket> open(InetAddress address, Duration limit) {
            int limitMillis = (int) Math.max(1, limit.toMillis());
            NetClientOptions attempt = new NetClientOptions(options)
                    .setConnectTimeout(limitMillis)
                    .setSslHandshakeTimeout(limitMillis)
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
            // A client for each connection: with it goes its TLS session, and what an earlier certificate had proved.
            NetClient client = vertx.createNetClient(attempt);
            SocketAddress server = SocketAddress.inetSocketAddress(new InetSocketAddress(address, broker.port()));
            try {
                return client.connect(server, broker.serverName())
                        .onSuccess(socket -> socket.closeHandler(ignored -> client.close()))
                        .onFailure(ignored -> client.close());
            } catch (RuntimeException e) {
                // A native executable that has no open file left throws instead of failing the future.
                client.close();
                return Future.failedFuture("no socket can be opened");
            }
        }

        @Override
        public void close(NetSocket socket) {
            socket.close();
        }
    }
}
