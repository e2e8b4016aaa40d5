package dev.sensorline.ingestor.influxdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;

import javax.net.ssl.SSLException;

import org.junit.jupiter.api.Test;

class ConnectionFailureTest {

    @Test
    void the_cause_below_a_failed_handshake_is_shown() {
        assertEquals(
                "Received fatal alert: bad_certificate",
                ConnectionFailure.shown(new SSLException(
                        "Failed to create SSL connection", new SSLException("Received fatal alert: bad_certificate"))));
    }

    @Test
    void other_failures_say_their_own() {
        assertEquals("Connection refused", ConnectionFailure.shown(new IOException("Connection refused")));
        assertEquals("java.io.IOException", ConnectionFailure.shown(new IOException()));
    }

    @Test
    void bytes_that_are_not_http_are_not_shown() {
        assertEquals(
                "it does not speak HTTP at this port",
                ConnectionFailure.shown(new IllegalArgumentException("invalid version format: SSH-2.0-OPENSSH_9")));
    }
}
