package dev.sensorline.mqtt;

import java.util.Optional;

/**
 * As whom the connector connects, for applications whose password is in no property of a channel. A bean of this type is
 * asked for before the channels start, so that a password that cannot be had keeps them from starting.
 */
public interface BrokerCredentials {

    /** Nobody when empty. */
    Optional<String> username();

    Optional<String> password();
}
