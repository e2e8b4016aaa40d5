package dev.sensorline.mqtt.client.vertx;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

import dev.sensorline.connections.HostAddresses;
import dev.sensorline.connections.PemFiles;
import dev.sensorline.mqtt.client.MqttPublisher;
import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.PublisherLoop;
import dev.sensorline.mqtt.client.PublisherOptions;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import dev.sensorline.mqtt.client.Will;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.Vertx;

/** What the publishers of an event loop have in common, so that none has it for itself. */
@SuppressWarnings("FutureReturnValueIgnored") // A failure to register closes the socket.
final class PublisherSockets implements PublisherLoop {

    private static final FixedRecvByteBufAllocator READS = new FixedRecvByteBufAllocator(1 << 12);
    private static final long ADDRESSES_LAST_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int LEAVE_MILLIS = 300;

    /** The addresses of a host, and when they were found. */
    private record Found(List<InetAddress> addresses, long nanos) {}

    private final PublisherOptions options;
    private final SessionOptions session;
    private final EventLoop loop;
    private final Executor resolving;
    private final Supplier<NioSocketChannel> opening;
    private final WriteBufferWaterMark waterMark;
    private final PublisherPackets packets;
    private final Optional<SslContext> tls;
    private final QuickAcknowledgement quickAcknowledgement = new QuickAcknowledgement();
    /** Of the last connection, so that those with the same limits have one object. Belongs to the event loop. */
    private BrokerLimits lastLimits = BrokerLimits.NONE;

    private final Map<String, Found> found = new ConcurrentHashMap<>();
    /** The hosts whose addresses are being asked for. */
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    /** @param opening makes a socket, or throws a {@link io.netty.channel.ChannelException} if the process has as many as it may */
    PublisherSockets(
            PublisherOptions options,
            EventLoop loop,
            Executor resolving,
            Supplier<NioSocketChannel> opening,
            Vertx vertx) {
        this.options = options;
        this.session = options.session();
        this.loop = loop;
        this.resolving = resolving;
        this.opening = opening;
        this.waterMark = new WriteBufferWaterMark(options.unsentBytes() / 2, options.unsentBytes());
        this.packets = new PublisherPackets(session, isVersion5(), options.properties());
        this.tls = session.tls().map(files -> context(files, vertx));
    }

    private static SslContext context(SessionOptions.Tls files, Vertx vertx) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
            var trust =
                    files.authority().map(file -> PemFiles.trust(file, vertx)).or(() -> PemFiles.machineTrust(vertx));
            if (trust.isPresent()) {
                builder.trustManager(trust.get().getTrustManagerFactory(vertx));
            }
            if (files.certificate().isPresent()) {
                builder.keyManager(
                        PemFiles.key(files.certificate().get(), files.key().orElseThrow(), vertx)
                                .getKeyManagerFactory(vertx));
            }
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        } catch (Exception e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void execute(Runnable action) {
        loop.execute(action);
    }

    @Override
    public void schedule(long delayNanos, Runnable action) {
        loop.schedule(action, delayNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public MqttPublisher publisher(int number, MqttPublisher.Listener listener) {
        return new ChannelPublisher(this, number, listener);
    }

    /** Asks for the addresses of all brokers, so that the first attempts find them. Blocks. */
    void resolve() {
        session.brokers().forEach(broker -> resolve(broker.host()));
    }

    private void resolve(String host) {
        try {
            found.put(host, new Found(HostAddresses.SYSTEM.of(host), System.nanoTime()));
        } catch (java.net.UnknownHostException e) {
            // The addresses that were found before may still be right.
            found.computeIfPresent(host, (name, before) -> new Found(before.addresses(), System.nanoTime()));
        } finally {
            asked.remove(host);
        }
    }

    Broker broker(int turn) {
        return session.brokers().get(Math.floorMod(turn, session.brokers().size()));
    }

    /** Null if the broker has none. What was found a while ago is asked for again, for later attempts. */
    SocketAddress address(Broker broker, int attempt) {
        Found known = found.get(broker.host());
        if (known == null || System.nanoTime() - known.nanos() > ADDRESSES_LAST_NANOS) {
            if (asked.add(broker.host())) { // Once for all connections that wait for it.
                resolving.execute(() -> resolve(broker.host()));
            }
        }
        if (known == null) {
            return null;
        }
        int turn = attempt / session.brokers().size();
        return new InetSocketAddress(
                known.addresses().get(turn % known.addresses().size()), broker.port());
    }

    /** Null for any. */
    SocketAddress source(int number) {
        List<InetAddress> addresses = options.addresses();
        return addresses.isEmpty() ? null : new InetSocketAddress(addresses.get(number % addresses.size()), 0);
    }

    NioSocketChannel open() {
        NioSocketChannel socket = opening.get();
        socket.config()
                .setTcpNoDelay(true)
                .setAllocator(PooledByteBufAllocator.DEFAULT)
                .setConnectTimeoutMillis((int) session.connectTimeout().toMillis())
                .setRecvByteBufAllocator(READS)
                .setWriteBufferWaterMark(waterMark);
        return socket;
    }

    /** Those before the publisher. */
    List<ChannelHandler> handlers(Broker broker) {
        if (tls.isEmpty()) {
            return List.of();
        }
        SslHandler handler = tls.get().newHandler(PooledByteBufAllocator.DEFAULT, broker.serverName(), broker.port());
        handler.setHandshakeTimeoutMillis(session.connectTimeout().toMillis());
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return List.of(handler);
    }

    void register(NioSocketChannel socket) {
        loop.register(socket);
    }

    PublisherPackets packets() {
        return packets;
    }

    QuickAcknowledgement quickAcknowledgement() {
        return quickAcknowledgement;
    }

    /** The same limits, as an object that other connections have, too, if they can. */
    BrokerLimits shared(BrokerLimits limits) {
        if (!limits.equals(lastLimits)) {
            lastLimits = limits;
        }
        return lastLimits;
    }

    String clientId(int number) {
        return options.clientId().apply(number);
    }

    Optional<Will> will(int number) {
        return options.will().apply(number);
    }

    Optional<String> webSocketPath() {
        return session.webSocketPath();
    }

    boolean hasTls() {
        return tls.isPresent();
    }

    boolean isVersion5() {
        return session.version() == ProtocolVersion.V5;
    }

    Duration limit() {
        return session.connectTimeout();
    }

    int unsentBytes() {
        return options.unsentBytes();
    }

    int keepAliveSeconds() {
        return (int) session.keepAlive().toSeconds();
    }

    int window() {
        return options.window();
    }

    long leaveMillis() {
        return LEAVE_MILLIS;
    }
}
