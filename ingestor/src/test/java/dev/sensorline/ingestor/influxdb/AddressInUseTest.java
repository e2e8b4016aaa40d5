package dev.sensorline.ingestor.influxdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.application.HttpAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;

/** The order in which addresses are tried, with connections that the test takes or refuses. */
class AddressInUseTest {

    private final Vertx vertx = Vertx.vertx();
    private final List<String> addresses = new CopyOnWriteArrayList<>(List.of("192.0.2.1", "192.0.2.2", "192.0.2.3"));
    private final Set<String> refusing = new HashSet<>();
    private final List<String> tried = new CopyOnWriteArrayList<>();
    private final AddressInUse address =
            new AddressInUse(new HttpAddress(false, "store", 8086, "", Optional.empty()), this::resolve, vertx);

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private List<InetAddress> resolve(String host) throws UnknownHostException {
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host);
        }
        List<InetAddress> resolved = new CopyOnWriteArrayList<>();
        for (String text : addresses) {
            resolved.add(InetAddress.getByName(text));
        }
        return resolved;
    }

    private Future<String> connectTo(SocketAddress server) {
        String text = server.hostAddress();
        tried.add(text + ":" + server.port());
        return refusing.contains(text) ? Future.failedFuture(text + " refuses") : Future.succeededFuture(text);
    }

    private String connect() {
        return address.connect(this::connectTo)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @Test
    void each_address_is_tried_in_turn_and_the_one_that_works_is_kept() {
        refusing.add("192.0.2.1");
        assertEquals("192.0.2.2", connect());
        assertEquals("192.0.2.2", connect());
        assertEquals(List.of("192.0.2.1:8086", "192.0.2.2:8086", "192.0.2.2:8086"), tried);
    }

    @Test
    void an_address_that_no_longer_works_is_followed_by_those_that_the_host_has_then() {
        assertEquals("192.0.2.1", connect());
        addresses.set(0, "192.0.2.9");
        refusing.add("192.0.2.1");
        assertEquals("192.0.2.9", connect());
        address.forget();
        addresses.remove(0);
        assertEquals("192.0.2.2", connect());
    }

    @Test
    void an_address_in_doubt_is_kept_while_the_host_has_it() {
        refusing.add("192.0.2.1");
        assertEquals("192.0.2.2", connect());
        address.doubt();
        tried.clear();
        assertEquals("192.0.2.2", connect());
        assertEquals(List.of("192.0.2.2:8086"), tried);
        address.doubt();
        addresses.remove("192.0.2.2");
        assertEquals("192.0.2.3", connect());
    }

    @Test
    void when_none_works_the_failure_is_that_of_the_last_one() {
        refusing.addAll(addresses);
        CompletionException failure = assertThrows(CompletionException.class, this::connect);
        assertEquals("192.0.2.3 refuses", failure.getCause().getMessage());
        assertEquals(3, tried.size());
    }

    @Test
    void a_name_without_an_address_is_a_failure_until_it_has_one() {
        addresses.clear();
        CompletionException failure = assertThrows(CompletionException.class, this::connect);
        assertTrue(failure.getCause() instanceof UnknownHostException, failure::toString);
        addresses.add("192.0.2.4");
        assertEquals("192.0.2.4", connect());
    }
}
