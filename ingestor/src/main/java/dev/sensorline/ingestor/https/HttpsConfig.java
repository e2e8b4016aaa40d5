package dev.sensorline.ingestor.https;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.eclipse.microprofile.config.spi.Converter;

import dev.sensorline.configuration.Settings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;

/**
 * Health and metrics for those outside. The variables named here and their defaults stand in application.properties.
 */
@ConfigMapping(prefix = "ingestor.https")
public interface HttpsConfig {

    /** HTTPS_HOST: the address to listen on. */
    @WithConverter(Settings.Host.class)
    String host();

    /** HTTPS_PORT: the port to listen on. */
    @WithConverter(Settings.Port.class)
    int port();

    /** HTTPS_CERTIFICATE_FILE: the ingestor's certificate, PEM; nobody listens without it. */
    Optional<@WithConverter(Settings.ReadableFile.class) Path> certificateFile();

    /** HTTPS_KEY_FILE: the certificate's key, PEM. */
    Optional<@WithConverter(Settings.ReadableFile.class) Path> keyFile();

    /** HTTPS_CA_FILE: certificates, PEM, whose owners' certificates are those of clients. */
    Optional<@WithConverter(Settings.ReadableFile.class) Path> caFile();

    /** HTTPS_CLIENTS: names (CN) in the certificates of clients who may ask, separated by commas. */
    Optional<List<@WithConverter(Name.class) String>> clients();

    /** A name that needs no escape in a distinguished name (RFC 4514). */
    final class Name implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            String name = value.strip();
            if (!name.matches("[\\w.-]+")) {
                throw new IllegalArgumentException("must be names separated by commas, of letters, digits, _, . and -");
            }
            return name;
        }
    }
}
