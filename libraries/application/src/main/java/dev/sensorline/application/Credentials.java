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
     * @throws BadConfiguration when both are set, the file cannot be read, or there is no user name
     */
    static Optional<String> password(String prefix, Credentials credentials) {
        String variable = prefix + "_PASSWORD";
        Optional<String> password = Secret.read(variable, credentials.password(), credentials.passwordFile());
        if (password.isPresent() && credentials.username().isEmpty()) {
            // MQTT 3.1.1, 3.1.2.9: a broker closes a connection with a password and no user name.
            throw new BadConfiguration(
                    credentials
                                    .passwordFile()
                                    .map(file -> variable + "_FILE=" + file)
                                    .orElse(variable) + ": must not be set without " + prefix + "_USERNAME");
        }
        return password;
    }
}
