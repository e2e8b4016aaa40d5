package dev.sensorline.mqtt.connector;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Credentials and TLS, as a bean, for applications that do not set them by keys of a channel. The connector asks for the
 * password before the channels start, so that a password that cannot be read prevents the start.
 */
public interface BrokerAccess {

    /** The user name, if the broker wants one. */
    Optional<String> username();

    Optional<String> password();

    /** TLS; not used if empty. */
    Optional<Tls> tls();

    /**
     * TLS. The broker's certificate must have the broker's name. The files are PEM; a renewed one takes effect from the next
     * connection on.
     *
     * @param authority   certificates to trust instead of those that the machine trusts
     * @param certificate the client's own certificate, together with {@code key}
     */
    record Tls(Optional<Path> authority, Optional<Path> certificate, Optional<Path> key) {}
}
