package dev.sensorline.ingestor.influxdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoProxyTest {

    @ParameterizedTest
    @CsvSource({
        "localhost, false, true",
        "127.0.0.1, false, true",
        "influxdb, true, true",
        "InfluxDB, true, true",
        "store.example.org, true, true",
        "example.com, false, false",
        "10.1.2.3, true, true",
        "11.1.2.3, true, false",
        "172.31.255.255, true, true",
        "172.32.0.0, true, false",
        "2001:db8::1, true, true",
        "2001:db9::1, true, false",
        // A name is not resolved, whatever its address is.
        "ten, true, false",
    })
    void names_and_networks_are_reached_without_a_proxy(String host, boolean isListed, boolean expected) {
        List<String> listed = isListed
                ? List.of("influxdb", " .example.org", "10.0.0.0/8", "172.16.0.0/12", "2001:db8::/32")
                : List.of();
        assertEquals(expected, NoProxy.covers(host, listed));
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "ten/8", "/8", "10.0.0.0/-1"})
    void what_is_no_network_covers_nothing(String listed) {
        assertEquals(false, NoProxy.covers("10.1.2.3", List.of(listed)));
    }
}
