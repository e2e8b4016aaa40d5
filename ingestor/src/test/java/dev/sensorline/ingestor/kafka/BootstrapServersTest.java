package dev.sensorline.ingestor.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.connections.HostAddresses;
import dev.sensorline.ingestor.LogLines;
import dev.sensorline.ingestor.settings.IngestorConfig.HostAndPort;

/** Waiting for an address, with a resolver and a pause of the test's. */
class BootstrapServersTest {

    private static final List<HostAndPort> SERVERS =
            List.of(new HostAndPort("first", 9092), new HostAndPort("second", 9093));

    private final LogLines log = LogLines.of(BootstrapServers.class);
    private final List<String> asked = new ArrayList<>();

    @AfterEach
    void stopListening() {
        log.close();
    }

    /** Knows the second name after it has been asked a number of times. */
    private HostAddresses resolver(int failures) {
        return host -> {
            asked.add(host);
            if (host.equals("second") && asked.stream().filter("second"::equals).count() > failures) {
                return List.of(InetAddress.getLoopbackAddress());
            }
            throw new UnknownHostException(host);
        };
    }

    @Test
    void one_host_with_an_address_is_enough_and_not_worth_a_line() {
        new BootstrapServers(SERVERS, resolver(0), period -> {}).awaitAddress();
        assertEquals(List.of("first", "second"), asked);
        assertEquals(List.of(), log.all());
    }

    @Test
    void names_that_have_no_address_yet_are_waited_for_with_one_line() {
        new BootstrapServers(SERVERS, resolver(100), period -> {}).awaitAddress();
        assertEquals(202, asked.size());
        assertEquals(
                List.of(
                        "WARN Kafka at first:9092,second:9093 does not answer: no host has an address; the start waits until one has",
                        "INFO Kafka at first:9092,second:9093 has an address"),
                log.all());
    }

    @Test
    void the_end_of_the_process_ends_the_wait() {
        BootstrapServers servers = new BootstrapServers(SERVERS, resolver(100), period -> {
            throw new InterruptedException();
        });
        assertEquals(
                "KAFKA_BOOTSTRAP_SERVERS=first:9092,second:9093: must have a host that can be resolved",
                assertThrows(BadConfiguration.class, servers::awaitAddress).getMessage());
    }
}
