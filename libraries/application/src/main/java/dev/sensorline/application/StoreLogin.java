package dev.sensorline.application;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import io.smallrye.mutiny.tuples.Tuple2;

/** How a service shows InfluxDB who it is: by a user, from the variables or the URL, or by a token. */
public final class StoreLogin {

    private StoreLogin() {}

    /**
     * User name and password, from the variables or the URL.
     *
     * @throws BadConfiguration if both have a user
     */
    public static Optional<Tuple2<String, String>> user(HttpAddress url, Credentials variables) {
        Optional<String> password = Credentials.password("INFLUX", variables);
        if (url.login().isPresent() && (variables.username().isPresent() || password.isPresent())) {
            throw new BadConfiguration(
                    "INFLUX_URL: must not contain a user together with INFLUX_USERNAME or INFLUX_PASSWORD");
        }
        return url.login().or(() -> variables.username().map(name -> Tuple2.of(name, password.orElse(""))));
    }

    /**
     * The token, when there is one.
     *
     * @param hasUser asked if there is a token: whether there is a user as well, which must not be
     * @throws BadConfiguration if there are both, or the token has other characters than visible ones of ASCII
     */
    public static Optional<String> token(Optional<String> token, Optional<Path> file, BooleanSupplier hasUser) {
        Optional<String> secret = Secret.read("INFLUX_TOKEN", token, file);
        String variable = file.map(path -> "INFLUX_TOKEN_FILE=" + path).orElse("INFLUX_TOKEN");
        if (secret.isPresent() && hasUser.getAsBoolean()) {
            throw new BadConfiguration(
                    variable + ": must not be set together with INFLUX_USERNAME or a user in INFLUX_URL");
        }
        if (!secret.orElse("-").matches("[!-~]+")) {
            throw new BadConfiguration(variable + ": must be a token of ASCII characters without blanks");
        }
        return secret;
    }
}
