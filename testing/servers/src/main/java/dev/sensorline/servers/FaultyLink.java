package dev.sensorline.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A TCP proxy on the loopback address that simulates network faults between clients and a server. Faults apply to
 * connections, not to packets: packet loss appears as the delay of the retransmission. Thread-safe.
 */
public final class FaultyLink implements AutoCloseable {

    /** The direction of bytes. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    private static final int CHUNK_BYTES = 1 << 16;
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final int port;
    private final int serverPort;
    private ServerSocket listening;
    private Thread accepting;
    private final List<Connection> connections = new ArrayList<>();
    private int connectionsMade;
    private Duration delay = Duration.ZERO;
    private boolean isPartitioned;

    private FaultyLink(int port, int serverPort) {
        this.port = port;
        this.serverPort = serverPort;
        accept();
        Scope.keep(this);
    }

    /** A link on a free port to a server on another port of the loopback address. */
    public static FaultyLink to(int serverPort) {
        return new FaultyLink(Ports.free(), serverPort);
    }

    public int port() {
        return port;
    }

    /** The number of connections that clients have made so far. */
    public synchronized int connectionsMade() {
        return connectionsMade;
    }

    /** Delays each byte in each direction. In a continuous stream the delay may be up to twice as long. */
    public synchronized void delay(Duration delay) {
        this.delay = delay;
    }

    /** Holds all bytes back and closes nothing, like an unplugged cable. */
    public synchronized void partition() {
        isPartitioned = true;
    }

    /** Ends {@link #partition}: the bytes that were held back pass. */
    public synchronized void heal() {
        isPartitioned = false;
        notifyAll();
    }

    /** Makes the current connections half-open: nothing passes any more, not even their end. New connections work. */
    public synchronized void abandon() {
        connections.forEach(connection -> connection.isAbandoned = true);
    }

    /** Closes the current connections. */
    public synchronized void cut() {
        List.copyOf(connections).forEach(Connection::end);
    }

    /** Closes each of the current connections after a number of further bytes in a direction. */
    public synchronized void cutAfter(Direction direction, long bytes) {
        connections.forEach(connection -> connection.remaining[direction.ordinal()] = bytes);
    }

    /** Closes the current connections and refuses new ones. */
    public synchronized void refuse() {
        try {
            listening.close();
            // The kernel keeps the socket open and accepts connections until the thread in accept has returned.
            accepting.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        cut();
    }

    /** Accepts connections again after {@link #refuse}. A new link accepts connections. */
    public synchronized void accept() {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            listening = socket;
            accepting = start("link " + port, () -> serve(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Must not lock the link, because refuse holds the lock while it waits for this thread. */
    private void serve(ServerSocket socket) {
        try {
            while (true) {
                Socket client = socket.accept();
                start("link " + port + " opens", () -> open(client, socket));
            }
        } catch (IOException refusing) {
            // Closed by refuse.
        }
    }

    private void open(Socket client, ServerSocket socket) {
        try {
            synchronized (this) {
                awaitPassage(() -> isPartitioned);
                connectionsMade++;
            }
            connect(client, socket);
        } catch (IOException serverIsAway) {
            closeQuietly(client);
        }
    }

    private void connect(Socket client, ServerSocket socket) throws IOException {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Connection connection = new Connection(client, server);
        synchronized (this) {
            if (socket.isClosed()) {
                // The connection was accepted just before refuse.
                connection.end();
                return;
            }
            connections.add(connection);
        }
        start("link " + port + " to server", () -> connection.carry(Direction.TO_SERVER));
        start("link " + port + " to client", () -> connection.carry(Direction.TO_CLIENT));
    }

    private static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The socket is closed already.
        }
    }

    private interface Obstacle {

        boolean holds();
    }

    private synchronized void awaitPassage(Obstacle obstacle) throws IOException {
        try {
            while (obstacle.holds()) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void pause(Duration duration) throws IOException {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public synchronized void close() {
        refuse();
        isPartitioned = false;
        notifyAll();
    }

    /** A connection of a client and the connection to the server. The lock of the link guards the fields. */
    private final class Connection {

        private final Socket client;
        private final Socket server;
        private final long[] remaining = {UNLIMITED, UNLIMITED};
        private boolean isAbandoned;
        private boolean isEnded;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void carry(Direction direction) {
            Socket from = direction == Direction.TO_SERVER ? client : server;
            Socket to = direction == Direction.TO_SERVER ? server : client;
            byte[] chunk = new byte[CHUNK_BYTES];
            try {
                for (int size = from.getInputStream().read(chunk);
                        size >= 0;
                        size = from.getInputStream().read(chunk)) {
                    int passing = pass(direction, size);
                    to.getOutputStream().write(chunk, 0, passing);
                    if (passing < size) {
                        end();
                        return;
                    }
                }
                pass(direction, 0);
                to.shutdownOutput();
            } catch (IOException e) {
                endUnlessHeld();
            }
        }

        /** Waits until bytes may pass, and returns how many of them may. */
        private int pass(Direction direction, int size) throws IOException {
            Duration pause;
            synchronized (FaultyLink.this) {
                pause = delay;
            }
            if (!pause.isZero()) {
                pause(pause);
            }
            synchronized (FaultyLink.this) {
                awaitPassage(() -> (isPartitioned || isAbandoned) && !isEnded);
                int passing = (int) Math.min(size, remaining[direction.ordinal()]);
                if (remaining[direction.ordinal()] != UNLIMITED) {
                    remaining[direction.ordinal()] -= passing;
                }
                return passing;
            }
        }

        /** While nothing passes, a reset by one side must not reach the other side. */
        private void endUnlessHeld() {
            try {
                awaitPassage(() -> (isPartitioned || isAbandoned) && !isEnded);
            } catch (IOException e) {
                // The connection is closed in any case.
            }
            end();
        }

        void end() {
            synchronized (FaultyLink.this) {
                isEnded = true;
                connections.remove(this);
                FaultyLink.this.notifyAll();
            }
            for (Socket socket : List.of(client, server)) {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
