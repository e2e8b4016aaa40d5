package dev.sensorline.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A private certificate authority for tests, created with the JDK's {@code keytool}. Certificates and keys are PEM files
 * {@code NAME.pem} and {@code NAME.key} in a directory. Certificates are valid for localhost and 127.0.0.1. Methods throw
 * {@link IllegalStateException} if keytool fails. Not thread-safe.
 */
public final class Certificates {

    private static final String PASSWORD = "changeit";
    private static final String THIS_HOST = "dns:localhost,ip:127.0.0.1";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final Path directory;
    private final Path store;

    private Certificates(Path directory) {
        this.directory = directory;
        this.store = directory.resolve("keys.p12");
    }

    /** Creates an authority, {@code ca.pem}, in a directory. */
    public static Certificates in(Path directory) {
        Certificates certificates = new Certificates(directory);
        certificates.keytool(
                "-genkeypair", "-alias", "ca", "-dname", "CN=Test authority", "-ext", "bc:c", "-keyalg", "EC");
        certificates.write("ca");
        return certificates;
    }

    /** Copies the authority and its certificates to another directory, where they may be replaced. */
    public Certificates copy(Path elsewhere) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.copy(file, elsewhere.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Certificates(elsewhere);
    }

    /** Issues a certificate whose common name is the name of its file, with its key. */
    public Certificates issue(String name) {
        return issue(name, name);
    }

    /** Issues a certificate and its key, and replaces those with the same file name. */
    public Certificates issue(String name, String commonName) {
        return issue(name, commonName, List.of("-ext", "san=" + THIS_HOST));
    }

    /** Issues a certificate that expired yesterday. */
    public Certificates issueExpired(String name) {
        return issue(name, name, List.of("-ext", "san=" + THIS_HOST, "-startdate", "-2d", "-validity", "1"));
    }

    /** Issues a certificate for another host. */
    public Certificates issueForElsewhere(String name) {
        return issue(name, name, List.of("-ext", "san=dns:elsewhere.example"));
    }

    /** Replaces a certificate and its key by those of another authority. */
    public Certificates replace(String name, Certificates other) {
        try {
            Files.copy(other.certificate(name), certificate(name), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(other.key(name), key(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private Certificates issue(String name, String commonName, List<String> options) {
        if (Files.exists(certificate(name))) {
            keytool("-delete", "-alias", name);
        }
        Path request = directory.resolve(name + ".csr");
        Path issued = directory.resolve(name + ".crt");
        keytool("-genkeypair", "-alias", name, "-dname", "CN=" + commonName, "-keyalg", "EC");
        keytool("-certreq", "-alias", name, "-file", request.toString());
        List<String> issue = new ArrayList<>(
                List.of("-gencert", "-alias", "ca", "-infile", request.toString(), "-outfile", issued.toString()));
        issue.addAll(options);
        keytool(issue.toArray(String[]::new));
        keytool("-importcert", "-alias", name, "-noprompt", "-file", issued.toString());
        write(name);
        return this;
    }

    /**
     * Writes {@code NAME.pem} and {@code NAME.key} to a PKCS #12 key store.
     *
     * @return the password of the key store
     */
    String exportKeys(String name, Path file) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(name, readKey(name), PASSWORD.toCharArray(), new Certificate[] {read(name)});
            return save(store, file);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Writes the certificate of the authority to a PKCS #12 trust store.
     *
     * @return the password of the trust store
     */
    String exportAuthority(Path file) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("ca", read("ca"));
            return save(store, file);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String save(KeyStore store, Path file) throws GeneralSecurityException, IOException {
        // A server may be reading the file, so it is replaced atomically.
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try (OutputStream out = Files.newOutputStream(unfinished)) {
            store.store(out, PASSWORD.toCharArray());
        }
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return PASSWORD;
    }

    private Certificate read(String name) throws GeneralSecurityException, IOException {
        try (InputStream in = Files.newInputStream(certificate(name))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private Key readKey(String name) throws GeneralSecurityException, IOException {
        String base64 = Files.readString(key(name)).replaceAll("-----[^-]+-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
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

    /** TLS for a client that trusts only this authority and has no certificate. */
    public SSLContext trusting() {
        return context(null);
    }

    /** TLS for a client that trusts only this authority and has a certificate, issued by this authority or another. */
    public SSLContext showing(Certificates issuer, String name) {
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry(
                    name,
                    issuer.keys().getKey(name, PASSWORD.toCharArray()),
                    PASSWORD.toCharArray(),
                    new Certificate[] {issuer.keys().getCertificate(name)});
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(own, PASSWORD.toCharArray());
            return context(factory.getKeyManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private SSLContext context(KeyManager[] own) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", keys().getCertificate("ca"));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
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
            Files.writeString(
                    key(name),
                    pem("PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
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
