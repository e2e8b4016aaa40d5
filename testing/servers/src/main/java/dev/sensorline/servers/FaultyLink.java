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
 * A port of the loopback address behind which a server is, over a network that can be made to fail. What it does, it does
 * to TCP connections, not to packets: a lost packet shows here as the delay that its repetition takes. Thread-safe.
 */
public final class FaultyLink implements AutoCloseable {

    /** Where bytes go. */
    public enum Direction {
        TO_SERVER, TO_CLIENT
    }

    private static final int LARGEST_CHUNK = 1 << 16;
    private static final long WHOLE = Long.MAX_VALUE;

    private final int port;
    private final int serverPort;
    private ServerSocket listening;
    private Thread accepting;
    private final List<Connection> connections = new ArrayList<>();
    private int made;
    private Duration delay = Duration.ZERO;
    private boolean partitioned;

    private FaultyLink(int port, int serverPort) {
        this.port = port;
        this.serverPort = serverPort;
        accept();
        Scope.keep(this);
    }

    /** A link to a port of the loopback address, on a free port of it. */
    public static FaultyLink to(int serverPort) {
        return new FaultyLink(Ports.free(), serverPort);
    }

    public int port() {
        return port;
    }

    /** How many connections clients have made to the server so far. */
    public synchronized int connectionsMade() {
        return made;
    }

    /** From now on each byte takes so long in each direction, and up to twice as long when many follow one another. */
    public synchronized void delay(Duration delay) {
        this.delay = delay;
    }

    /** Nothing passes any more and nothing is closed, as when a cable has been pulled; what is sent meanwhile waits. */
    public synchronized void partition() {
        partitioned = true;
    }

    /** The end of {@link #partition}: what has waited passes. */
    public synchronized void heal() {
        partitioned = false;
        notifyAll();
    }

    /** The connections there are become half-open: nothing passes any more, not even their end. New ones work. */
    public synchronized void abandon() {
        connections.forEach(connection -> connection.abandoned = true);
    }

    /** Ends all connections there are, at once. */
    public synchronized void cut() {
        List.copyOf(connections).forEach(Connection::end);
    }

    /** Ends each connection there is after it has carried so many more bytes in a direction. */
    public synchronized void cutAfter(Direction direction, long bytes) {
        connections.forEach(connection -> connection.remaining[direction.ordinal()] = bytes);
    }

    /** Ends all connections and refuses new ones. */
    public synchronized void refuse() {
        try {
            listening.close();
            // The kernel keeps the socket open, and takes connections, until the thread that waits in accept has left it.
            accepting.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        cut();
    }

    /** Takes connections; so it does from the beginning, and again after {@link #refuse}. */
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

    /** Waits for nothing but connections, and not for the link itself: refuse waits for it. */
    private void serve(ServerSocket socket) {
        try {
            while (true) {
                Socket client = socket.accept();
                start("link " + port + " opens", () -> open(client, socket));
            }
        } catch (IOException refusing) {
            // By refuse or close.
        }
    }

    private void open(Socket client, ServerSocket socket) {
        try {
            synchronized (this) {
                awaitPassage(() -> partitioned);
                made++;
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
                // Accepted just before it was refused.
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
            // It has gone.
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
        partitioned = false;
        notifyAll();
    }

    /** Its fields are guarded by the link. */
    private final class Connection {

        private final Socket client;
        private final Socket server;
        private final long[] remaining = { WHOLE, WHOLE };
        private boolean abandoned;
        private boolean ended;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void carry(Direction direction) {
            Socket from = direction == Direction.TO_SERVER ? client : server;
            Socket to = direction == Direction.TO_SERVER ? server : client;
            byte[] chunk = new byte[LARGEST_CHUNK];
            try {
                for (int size = from.getInputStream().read(chunk); size >= 0; size = from.getInputStream().read(chunk)) {
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

        /** Returns, when bytes may pass, how many of them may. */
        private int pass(Direction direction, int size) throws IOException {
            Duration pause;
            synchronized (FaultyLink.this) {
                pause = delay;
            }
            if (!pause.isZero()) {
                pause(pause);
            }
            synchronized (FaultyLink.this) {
                awaitPassage(() -> (partitioned || abandoned) && !ended);
                int passing = (int) Math.min(size, remaining[direction.ordinal()]);
                if (remaining[direction.ordinal()] != WHOLE) {
                    remaining[direction.ordinal()] -= passing;
                }
                return passing;
            }
        }

        /** A reset by one side, too, stays unknown to the other one while nothing passes. */
        private void endUnlessHeld() {
            try {
                awaitPassage(() -> (partitioned || abandoned) && !ended);
            } catch (IOException e) {
                // Ends all the same.
            }
            end();
        }

        void end() {
            synchronized (FaultyLink.this) {
                ended = true;
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
