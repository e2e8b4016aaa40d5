package dev.sensorline.mqtt.client.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Addresses that answer when a test says so, in virtual time. */
class AddressRaceTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final VirtualNetwork network = new VirtualNetwork();
    /** What was tried, in order: each with its time, its limit and its outcome. */
    private final Map<String, Attempt> attempts = new LinkedHashMap<>();

    private final List<String> events = new ArrayList<>();
    private boolean refusesAtOnce;

    private record Attempt(Duration begin, Duration limit, Promise<String> outcome) {}

    @Test
    void an_address_that_refuses_is_followed_by_the_next_at_once_and_the_last_failure_is_told() {
        race(LIMIT, 3);
        attempts.get("1").outcome.fail("refused 1");
        attempts.get("2").outcome.fail("refused 2");
        assertEquals(List.of(), events);
        attempts.get("3").outcome.fail("refused 3");
        assertEquals(List.of("failed: refused 3"), events);
        network.advance(LIMIT);
        assertEquals(3, attempts.size());
    }

    @Test
    void addresses_that_refuse_before_the_attempt_returns_are_each_tried_once() {
        refusesAtOnce = true;
        race(LIMIT, 4);
        network.advance(LIMIT);
        assertEquals(4, attempts.size());
        assertEquals(List.of("failed: refused"), events);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 5000, 0",
        "2, 5000, 1000",
        "5, 5000, 1000",
        "9, 5000, 500",
        "33, 5000, 125",
        "3, 1000, 0",
        "3, 500, 0"
    })
    void each_address_has_a_second_and_all_have_the_limit(int addresses, long limitMillis, long headStartMillis) {
        Duration limit = Duration.ofMillis(limitMillis);
        race(limit, addresses);
        network.advance(limit);
        assertEquals(addresses, attempts.size());
        int number = 0;
        for (Attempt attempt : attempts.values()) {
            assertEquals(headStartMillis * number++, attempt.begin.toMillis());
            assertEquals(limit, attempt.begin.plus(attempt.limit));
            assertTrue(attempt.limit.compareTo(AddressRace.SHARE) >= 0 || limit.compareTo(AddressRace.SHARE) < 0);
        }
    }

    @Test
    void an_address_that_answers_late_still_counts_and_a_second_socket_is_closed() {
        race(LIMIT, 3);
        network.advance(AddressRace.SHARE);
        attempts.get("1").outcome.complete("1");
        attempts.get("2").outcome.complete("2");
        network.advance(LIMIT);
        assertEquals(List.of("opened: 1", "closed: 2"), events);
        assertEquals(List.of("1", "2"), List.copyOf(attempts.keySet()));
    }

    @Test
    void a_failure_counts_only_when_no_address_is_left_that_may_answer() {
        race(LIMIT, 2);
        network.advance(AddressRace.SHARE);
        attempts.get("2").outcome.fail("refused 2");
        assertEquals(List.of(), events);
        attempts.get("1").outcome.complete("1");
        assertEquals(List.of("opened: 1"), events);
    }

    private void race(Duration limit, int addresses) {
        new AddressRace<>(
                        network,
                        new Sockets(),
                        IntStream.rangeClosed(1, addresses)
                                .mapToObj(AddressRaceTest::address)
                                .toList(),
                        limit,
                        socket -> events.add("opened: " + socket),
                        failure -> events.add("failed: " + failure.getMessage()))
                .start();
        network.run();
    }

    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) number});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Sockets implements AddressRace.Sockets<String> {

        @Override
        public Future<String> open(InetAddress address, Duration limit) {
            Attempt attempt = new Attempt(Duration.ofNanos(network.nanoTime()), limit, Promise.promise());
            attempts.put("" + address.getAddress()[3], attempt);
            if (refusesAtOnce) {
                attempt.outcome.fail("refused");
            }
            return attempt.outcome.future();
        }

        @Override
        public void close(String socket) {
            events.add("closed: " + socket);
        }
    }
}
