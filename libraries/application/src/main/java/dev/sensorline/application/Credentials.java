package dev.sensorline.application;

import java.nio.file.Path;
import java.util.Optional;

/** Settings: as whom to connect to a server. */
public interface Credentials {

    @Setting("user name; without one, the connection is anonymous")
    Optional<String> username();

    @Setting("password")
    Optional<String> password();

    @Setting(value = "file with the password, instead of the variable", allowed = "a file that can be read")
    Optional<Path> passwordFile();

    /**
     * The password, from its variable or its file.
     *
     * @param prefix what the variables begin with: {@code MQTT} for {@code MQTT_PASSWORD}
     * @throws BadConfiguration when both are set or the file cannot be read
     */
    static Optional<String> password(String prefix, Credentials credentials) {
        return Secret.read(prefix + "_PASSWORD", credentials.password(), credentials.passwordFile());
    }
}
