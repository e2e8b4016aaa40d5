package dev.sensorline.connections;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The bundle of authorities that a distribution keeps for all programs of the machine. */
public final class MachineAuthorities {

    /** As Go's crypto/x509 looks for them. */
    private static final List<String> PLACES = List.of(
            "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Arch, Alpine
            "/etc/pki/tls/certs/ca-bundle.crt", // Fedora, RHEL 6
            "/etc/ssl/ca-bundle.pem", // openSUSE
            "/etc/pki/tls/cacert.pem", // OpenELEC
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // RHEL 7 and later
            "/etc/ssl/cert.pem"); // Alpine, macOS

    private MachineAuthorities() {}

    /** The file, in PEM form; empty where there is none, or where a store of the JVM's own is configured. */
    public static Optional<Path> bundle() {
        return System.getProperty("javax.net.ssl.trustStore") == null ? first(PLACES) : Optional.empty();
    }

    static Optional<Path> first(List<String> places) {
        return places.stream().map(Path::of).filter(Files::isReadable).findFirst();
    }
}
