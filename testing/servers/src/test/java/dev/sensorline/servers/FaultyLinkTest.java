package dev.sensorline.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.servers.FaultyLink.Direction;

/** Proves that the link causes the faults on which the fault tests of the services rely. */
class FaultyLinkTest {

    private static final int BRIEFLY_MILLIS = 200;

    private ServerSocket echo;
    private FaultyLink link;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread server = new Thread(() -> {
            try {
                while (true) {
                    Socket client = echo.accept();
                    Thread answering = new Thread(() -> {
                        try (client) {
                            client.getInputStream().transferTo(client.getOutputStream());
                        } catch (IOException ended) {
                            // A fault closed the connection.
                        }
                    });
                    answering.setDaemon(true);
                    answering.start();
                }
            } catch (IOException closed) {
                // Closed by stop.
            }
        });
        server.setDaemon(true);
        server.start();
        link = FaultyLink.to(echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        link.close();
        echo.close();
    }

    @Test
    void it_carries_bytes_and_the_end_of_the_stream() throws IOException {
        try (Socket client = connect()) {
            assertEquals("abc", answer(client, "abc"));
            client.shutdownOutput();
            assertEquals(-1, client.getInputStream().read());
            assertEquals(1, link.connectionsMade());
        }
    }

    @Test
    void it_delays_each_direction() throws IOException {
        try (Socket client = connect()) {
            link.delay(Duration.ofMillis(150));
            long start = System.nanoTime();
            assertEquals("abc", answer(client, "abc"));
            assertTrue(System.nanoTime() - start >= 300_000_000);
        }
    }

    @Test
    void a_partition_holds_bytes_back_until_it_heals() throws IOException {
        try (Socket client = connect()) {
            link.partition();
            assertSilent(client);
            link.heal();
            assertArrayEquals("abc".getBytes(UTF_8), client.getInputStream().readNBytes(3));
        }
    }

    @Test
    void abandoned_connections_stay_open_silently_and_new_ones_work() throws IOException {
        try (Socket forgotten = connect();
                Socket other = connectAfter(link::abandon)) {
            assertSilent(forgotten);
            assertEquals("abc", answer(other, "abc"));
        }
    }

    @Test
    void it_cuts_a_connection_after_a_number_of_bytes() throws IOException {
        try (Socket client = connect()) {
            link.cutAfter(Direction.TO_CLIENT, 2);
            client.getOutputStream().write("abc".getBytes(UTF_8));
            assertArrayEquals("ab".getBytes(UTF_8), client.getInputStream().readNBytes(2));
            assertClosed(client);
        }
    }

    @Test
    void it_refuses_connections_and_takes_them_again() throws IOException {
        try (Socket client = connect()) {
            link.refuse();
            assertClosed(client);
            assertThrows(IOException.class, () -> new Socket(InetAddress.getLoopbackAddress(), link.port()).close());
            link.accept();
            try (Socket other = connect()) {
                assertEquals("abc", answer(other, "abc"));
            }
        }
    }

    /** Connects and exchanges a byte, so that the link has registered the connection. */
    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), link.port());
        client.setSoTimeout(5_000);
        assertEquals("x", answer(client, "x"));
        return client;
    }

    private Socket connectAfter(Runnable fault) throws IOException {
        fault.run();
        return connect();
    }

    private static String answer(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(UTF_8));
        return new String(client.getInputStream().readNBytes(text.length()), UTF_8);
    }

    private static void assertSilent(Socket client) throws IOException {
        client.getOutputStream().write("abc".getBytes(UTF_8));
        client.setSoTimeout(BRIEFLY_MILLIS);
        assertThrows(SocketTimeoutException.class, () -> client.getInputStream().read());
        client.setSoTimeout(5_000);
    }

    private static void assertClosed(Socket client) {
        try {
            assertEquals(-1, client.getInputStream().read());
        } catch (IOException reset) {
            assertTrue(!(reset instanceof SocketTimeoutException), "still open");
        }
    }
}
