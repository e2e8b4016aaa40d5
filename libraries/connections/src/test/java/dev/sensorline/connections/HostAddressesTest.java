package dev.sensorline.connections;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostAddressesTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "192.0.2.1 192.0.2.2, 192.0.2.1 192.0.2.2",
        "2001:db8::1 2001:db8::2 192.0.2.1 192.0.2.2, 2001:db8::1 192.0.2.1 2001:db8::2 192.0.2.2",
        "192.0.2.1 192.0.2.2 2001:db8::1, 192.0.2.1 2001:db8::1 192.0.2.2"
    })
    void families_alternate_and_begin_with_that_of_the_first_address(String resolved, String tried) throws Exception {
        assertEquals(
                addresses(tried), HostAddresses.alternating(addresses(resolved).toArray(InetAddress[]::new)));
    }

    @Test
    void an_address_is_its_own() throws UnknownHostException {
        assertEquals(addresses("192.0.2.1"), HostAddresses.SYSTEM.of("192.0.2.1"));
    }

    @Test
    void a_name_that_does_not_exist_has_none() {
        assertThrows(UnknownHostException.class, () -> HostAddresses.SYSTEM.of("no-such-host.invalid"));
    }

    private static List<InetAddress> addresses(String list) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String address : list.split(" ")) {
            addresses.add(InetAddress.getByName(address));
        }
        return addresses;
    }
}
