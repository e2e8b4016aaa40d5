package dev.sensorline.servers;

import java.nio.file.Path;

/**
 * A port of a broker with TLS that requires a client certificate. Its common name is the user.
 *
 * @param address an address of the loopback interface
 * @param server  the authority that issued the certificate {@code server} of the broker
 * @param clients the authority of the client certificates
 */
public record TlsListener(String address, int port, Certificates server, Certificates clients) {

    /** The key store of the embedded broker in its directory. */
    Path keyStore(Path directory) {
        return directory.resolve("listener-" + address + "-" + port + ".keys");
    }

    /** The trust store of the embedded broker in its directory. */
    Path trustStore(Path directory) {
        return directory.resolve("listener-" + address + "-" + port + ".trusted");
    }
}
