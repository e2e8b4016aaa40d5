package dev.sensorline.mqtt.client.vertx;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

import io.vertx.core.Future;

/**
 * Opens a socket to one of a host's addresses. The next address is tried when one fails, and beside those before when these have not
 * answered for a while (RFC 8305, 5), so that each has at least a second, and all of them have the limit together. The first that
 * opens counts. Belongs to the event loop.
 *
 * @param <S> a socket
 */
final class AddressRace<S> {

    /** What each address has at least, and what it has for itself at most. */
    static final Duration SHARE = Duration.ofSeconds(1);

    /** How a socket is opened and closed. */
    interface Sockets<S> {

        /** Tries one address for no longer than the limit. */
        Future<S> open(InetAddress address, Duration limit);

        void close(S socket);
    }

    private final Network network;
    private final Sockets<S> sockets;
    private final Queue<InetAddress> addresses;
    private final Duration limit;
    private final Duration headStart;
    private final long startNanos;
    private final Consumer<S> opened;
    private final Consumer<Throwable> failed;

    private int pending;
    private boolean isOver;
    private Network.Timer next = () -> {};

    /**
     * Calls exactly one of the two consumers.
     *
     * @param addresses at least one
     * @param limit     for all of them together
     * @param failed    gets the last failure
     */
    AddressRace(
            Network network,
            Sockets<S> sockets,
            List<InetAddress> addresses,
            Duration limit,
            Consumer<S> opened,
            Consumer<Throwable> failed) {
        this.network = network;
        this.sockets = sockets;
        this.addresses = new ArrayDeque<>(addresses);
        this.limit = limit;
        this.headStart = headStart(limit, addresses.size());
        this.startNanos = network.nanoTime();
        this.opened = opened;
        this.failed = failed;
    }

    /** So short that the last address has its share, too. */
    private static Duration headStart(Duration limit, int addresses) {
        Duration rest = limit.minus(SHARE);
        if (addresses == 1 || rest.isNegative()) {
            return Duration.ZERO;
        }
        Duration equal = rest.dividedBy(addresses - 1L);
        return equal.compareTo(SHARE) < 0 ? equal : SHARE;
    }

    void start() {
        InetAddress address = addresses.remove();
        pending++;
        if (!addresses.isEmpty()) {
            next = network.schedule(headStart, this::start);
        }
        sockets.open(address, limit.minusNanos(network.nanoTime() - startNanos)).onComplete(opening -> {
            pending--;
            if (opening.succeeded()) {
                opened(opening.result());
            } else {
                failed(opening.cause());
            }
        });
    }

    private void opened(S socket) {
        if (isOver) {
            sockets.close(socket);
            return;
        }
        isOver = true;
        next.cancel();
        opened.accept(socket);
    }

    private void failed(Throwable failure) {
        if (isOver) {
            return;
        }
        if (!addresses.isEmpty()) {
            next.cancel();
            start();
        } else if (pending == 0) {
            isOver = true;
            failed.accept(failure);
        }
    }
}
