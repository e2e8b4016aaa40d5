package dev.sensorline.servers;

import java.nio.file.Path;

/**
 * A port at which a broker speaks TLS and demands a certificate, whose name is the user.
 *
 * @param address of the loopback interface
 * @param server  whose certificate {@code server} the broker shows
 * @param clients whose certificates it takes
 */
public record TlsListener(String address, int port, Certificates server, Certificates clients) {

    /** Where the keys of an embedded broker are, in its directory. */
    Path keyStore(Path directory) {
        return directory.resolve("listener-" + address + "-" + port + ".keys");
    }

    /** Where the authorities of an embedded broker's clients are, in its directory. */
    Path trustStore(Path directory) {
        return directory.resolve("listener-" + address + "-" + port + ".trusted");
    }
}
