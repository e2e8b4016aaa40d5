package dev.sensorline.console.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.sensorline.application.BadConfiguration;
import dev.sensorline.application.Secret;
import dev.sensorline.console.settings.ConsoleConfig;

/** Who may read: anybody, or who gives a user and a password, or a token. Immutable. */
final class Access {

    private static final int LEAST_TOKEN = 16;

    /** The beginning of the Authorization header, in lower case, and what the challenge says. */
    private enum Scheme {
        BASIC("basic ", "Basic realm=\"Sensorline\", charset=\"UTF-8\""),
        BEARER("bearer ", "Bearer realm=\"Sensorline\"");

        private final String prefix;
        private final String challenge;

        Scheme(String prefix, String challenge) {
            this.prefix = prefix;
            this.challenge = challenge;
        }
    }

    private final @Nullable Scheme scheme;
    private final byte[] secret;

    private Access(@Nullable Scheme scheme, byte[] secret) {
        this.scheme = scheme;
        this.secret = secret;
    }

    /** @throws BadConfiguration if settings contradict each other, or a file cannot be read */
    static Access of(ConsoleConfig config) {
        Optional<String> password = Secret.read("CONSOLE_PASSWORD", config.password(), config.passwordFile());
        Optional<String> token = Secret.read("CONSOLE_TOKEN", Optional.empty(), config.tokenFile());
        if (config.user().isPresent() != password.isPresent()) {
            throw new BadConfiguration("CONSOLE_USER and CONSOLE_PASSWORD: must be set together");
        }
        if (token.isPresent()) {
            String variable = "CONSOLE_TOKEN_FILE=" + config.tokenFile().orElseThrow();
            if (password.isPresent()) {
                throw new BadConfiguration(variable + ": must not be set together with CONSOLE_USER");
            }
            if (!token.get().matches("[A-Za-z0-9._~+/-]{%d,}=*".formatted(LEAST_TOKEN))) {
                throw new BadConfiguration(variable
                        + ": must have a token of at least %d letters, digits and ._~+/-".formatted(LEAST_TOKEN));
            }
            return new Access(Scheme.BEARER, token.get().getBytes(UTF_8));
        }
        if (config.user().orElse("").indexOf(':') >= 0) {
            throw new BadConfiguration("CONSOLE_USER: must be a name without a colon"); // RFC 7617
        }
        return password.map(secret ->
                        new Access(Scheme.BASIC, (config.user().orElseThrow() + ":" + secret).getBytes(UTF_8)))
                .orElseGet(() -> new Access(null, new byte[0]));
    }

    /** Whether a browser has to load the page without credentials, because it asks for them there. */
    boolean isAskedForByPage() {
        return scheme == Scheme.BEARER;
    }

    /** @param header {@code Authorization}, if there is one */
    boolean isGranted(@Nullable String header) {
        if (scheme == null) {
            return true;
        }
        int length = scheme.prefix.length();
        if (header == null || !header.regionMatches(true, 0, scheme.prefix, 0, length)) {
            return false;
        }
        String given = header.substring(length).strip();
        // In a time that does not tell where they differ.
        return MessageDigest.isEqual(secret, scheme == Scheme.BASIC ? decoded(given) : given.getBytes(UTF_8));
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** {@code WWW-Authenticate}. */
    String challenge() {
        return scheme == null ? "" : scheme.challenge;
    }
}
