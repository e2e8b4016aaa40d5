package dev.sensorline.mqtt.connector;

import java.nio.file.Path;
import java.util.Optional;

/**
 * As whom the connector connects and how, for applications whose secrets are in no property of a channel. A bean of this
 * type is asked for before the channels start, so that a password that cannot be had keeps them from starting.
 */
public interface BrokerAccess {

    /** Nobody when empty. */
    Optional<String> username();

    Optional<String> password();

    /** In the clear when empty. */
    Optional<Tls> tls();

    /**
     * TLS, with the broker's name in its certificate. The files are PEM; a renewed one counts from the next connection on.
     *
     * @param authority   whose certificates are trusted; those the machine trusts when empty
     * @param certificate the client's own, with {@code key}; none when empty
     */
    record Tls(Optional<Path> authority, Optional<Path> certificate, Optional<Path> key) {
    }
}
