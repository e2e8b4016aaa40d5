package dev.sensorline.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A private certificate authority for tests, made with the JDK's {@code keytool}: PEM files {@code NAME.pem} (the
 * certificate) and {@code NAME.key} in a directory. Certificates are for localhost and 127.0.0.1.
 */
public final class Certificates {

    private static final String PASSWORD = "changeit";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] { '\n' });

    private final Path directory;
    private final Path store;

    private Certificates(Path directory) {
        this.directory = directory;
        this.store = directory.resolve("keys.p12");
    }

    /** Makes an authority, {@code ca.pem}. */
    public static Certificates in(Path directory) {
        Certificates certificates = new Certificates(directory);
        certificates.keytool("-genkeypair", "-alias", "ca", "-dname", "CN=Test authority", "-ext", "bc:c", "-keyalg", "EC");
        certificates.write("ca");
        return certificates;
    }

    /** Makes a certificate in its own name and its key. */
    public Certificates issue(String name) {
        return issue(name, name);
    }

    /** Makes a certificate and its key in the place of those that may be there. */
    public Certificates issue(String name, String commonName) {
        if (Files.exists(certificate(name))) {
            keytool("-delete", "-alias", name);
        }
        Path request = directory.resolve(name + ".csr");
        Path issued = directory.resolve(name + ".crt");
        keytool("-genkeypair", "-alias", name, "-dname", "CN=" + commonName, "-keyalg", "EC");
        keytool("-certreq", "-alias", name, "-file", request.toString());
        keytool("-gencert", "-alias", "ca", "-infile", request.toString(), "-outfile", issued.toString(),
                "-ext", "san=dns:localhost,ip:127.0.0.1");
        keytool("-importcert", "-alias", name, "-noprompt", "-file", issued.toString());
        write(name);
        return this;
    }

    public Path authority() {
        return certificate("ca");
    }

    public Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    public Path key(String name) {
        return directory.resolve(name + ".key");
    }

    /** Trusts this authority and nobody else. */
    SSLContext trusting() {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", keys().getCertificate("ca"));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        try (ChildProcess keytool = ChildProcess.start(command, Map.of())) {
            if (keytool.awaitExit(LIMIT) != 0) {
                throw new IllegalStateException(String.join("\n", keytool.lines()));
            }
        }
    }

    private KeyStore keys() throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            keys.load(file, PASSWORD.toCharArray());
        }
        return keys;
    }

    private void write(String name) {
        try {
            KeyStore keys = keys();
            Certificate certificate = keys.getCertificate(name);
            Files.writeString(key(name), pem("PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
            Files.writeString(certificate(name), pem("CERTIFICATE", certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, PEM.encodeToString(content));
    }
}
