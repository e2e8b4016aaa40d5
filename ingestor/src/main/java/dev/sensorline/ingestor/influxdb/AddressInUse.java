package dev.sensorline.ingestor.influxdb;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.sensorline.application.HttpAddress;
import dev.sensorline.connections.HostAddresses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;

/**
 * Which address of a host is connected to: each in turn until one takes a connection, then that one for as long as it works.
 * Vert.x itself tries only the first. Thread-safe.
 */
final class AddressInUse {

    private final HttpAddress server;
    private final HostAddresses resolver;
    private final Vertx vertx;
    private volatile @Nullable SocketAddress working;
    /** Tried first, if the host still has it. */
    private volatile @Nullable InetAddress last;

    AddressInUse(HttpAddress server, HostAddresses resolver, Vertx vertx) {
        this.server = server;
        this.resolver = resolver;
        this.vertx = vertx;
    }

    /**
     * Connects to the address in use, or else to the first that takes a connection.
     *
     * @param connecting connects to an address
     * @return completes on the event loop that this is called on; a failure is that of the address tried last
     */
    <T> Future<T> connect(Function<SocketAddress, Future<T>> connecting) {
        SocketAddress address = working;
        if (address == null) {
            return search(connecting);
        }
        return connecting.apply(address).recover(failure -> {
            forget();
            return search(connecting);
        });
    }

    /** The address does not work: the next connection looks for one among those that the host has then. */
    void forget() {
        working = null;
        last = null;
    }

    /** The address may have become another server's: the next connection is to the same one only if the host still has it. */
    void doubt() {
        working = null;
    }

    /** Resolves on a worker thread, because the resolver may wait for a name server. */
    private <T> Future<T> search(Function<SocketAddress, Future<T>> connecting) {
        return vertx.executeBlocking(this::addresses, false).compose(addresses -> first(addresses, connecting));
    }

    private Deque<InetAddress> addresses() throws UnknownHostException {
        Deque<InetAddress> addresses = new ArrayDeque<>(resolver.of(server.host()));
        InetAddress preferred = last;
        if (preferred != null && addresses.remove(preferred)) {
            addresses.addFirst(preferred);
        }
        return addresses;
    }

    private <T> Future<T> first(Queue<InetAddress> addresses, Function<SocketAddress, Future<T>> connecting) {
        InetAddress next = addresses.remove();
        SocketAddress address = SocketAddress.inetSocketAddress(new InetSocketAddress(next, server.port()));
        return connecting
                .apply(address)
                .onSuccess(connected -> {
                    working = address;
                    last = next;
                })
                .recover(failure -> addresses.isEmpty() ? Future.failedFuture(failure) : first(addresses, connecting));
    }
}
