package dev.sensorline.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of this machine. Thread-safe. */
public final class Ports {

    private static final int LOWEST = 10_240;
    private static final int COUNT = 12_000;
    private static final Set<Integer> ASSIGNED = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /**
     * A free port of the loopback address that this method has not returned before. It is not one of those that systems give to outgoing
     * connections (from 32768 on Linux, from 49152 elsewhere): one of these could be taken before the server listens.
     *
     * @throws IllegalStateException if there is none left
     */
    public static int free() {
        while (ASSIGNED.size() < COUNT) {
            int port = LOWEST + ThreadLocalRandom.current().nextInt(COUNT);
            if (ASSIGNED.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port from %d on is free".formatted(LOWEST));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
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
