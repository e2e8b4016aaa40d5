package dev.sensorline.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** TCP ports of this machine. Thread-safe. */
public final class Ports {

    private static final Set<Integer> ASSIGNED = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** A free port of the loopback address that this method has not returned before. */
    public static int free() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (ASSIGNED.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Whether something listens on a port of the loopback address. */
    public static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Waits until something listens on a port.
     *
     * @param process the process that should listen
     * @throws IllegalStateException if the process ends or the limit passes
     */
    static void awaitOpen(int port, ChildProcess process, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!isOpen(port)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "Nothing listens on port " + port + ":\n" + String.join("\n", process.lines()));
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
