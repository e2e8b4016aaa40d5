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
 * A private certificate authority for tests, made with the JDK's {@code keytool}: PEM files {@code NAME.pem} (the
 * certificate) and {@code NAME.key} in a directory. Certificates are for localhost and 127.0.0.1.
 */
public final class Certificates {

    private static final String PASSWORD = "changeit";
    private static final String HERE = "dns:localhost,ip:127.0.0.1";
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

    /** The same authority and certificates in another directory, where they may be changed. */
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

    /** Makes a certificate in its own name and its key. */
    public Certificates issue(String name) {
        return issue(name, name);
    }

    /** Makes a certificate and its key in the place of those that may be there. */
    public Certificates issue(String name, String commonName) {
        return issue(name, commonName, List.of("-ext", "san=" + HERE));
    }

    /** Makes a certificate that ended yesterday, in the place of the one that may be there. */
    public Certificates issueExpired(String name) {
        return issue(name, name, List.of("-ext", "san=" + HERE, "-startdate", "-2d", "-validity", "1"));
    }

    /** Makes a certificate for a host that is not this one, in the place of the one that may be there. */
    public Certificates issueForElsewhere(String name) {
        return issue(name, name, List.of("-ext", "san=dns:elsewhere.example"));
    }

    /** Puts another authority's certificate and key in the place of those of this one. */
    public Certificates replace(String name, Certificates other) {
        try {
            Files.copy(other.certificate(name), certificate(name), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(other.key(name), key(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private Certificates issue(String name, String commonName, List<String> how) {
        if (Files.exists(certificate(name))) {
            keytool("-delete", "-alias", name);
        }
        Path request = directory.resolve(name + ".csr");
        Path issued = directory.resolve(name + ".crt");
        keytool("-genkeypair", "-alias", name, "-dname", "CN=" + commonName, "-keyalg", "EC");
        keytool("-certreq", "-alias", name, "-file", request.toString());
        List<String> issue = new ArrayList<>(List.of("-gencert", "-alias", "ca", "-infile", request.toString(),
                "-outfile", issued.toString()));
        issue.addAll(how);
        keytool(issue.toArray(String[]::new));
        keytool("-importcert", "-alias", name, "-noprompt", "-file", issued.toString());
        write(name);
        return this;
    }

    /**
     * Writes what is in {@code NAME.pem} and {@code NAME.key} at the moment into a key store.
     *
     * @return its password
     */
    String exportKeys(String name, Path file) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(name, readKey(name), PASSWORD.toCharArray(), new Certificate[] { read(name) });
            return save(store, file);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the authority's certificate into a store of those that are trusted, and returns its password. */
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
        // A server may be reading it: it is replaced as a whole.
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
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
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

    /** Trusts this authority and nobody else, and shows no certificate. */
    public SSLContext trusting() {
        return context(null);
    }

    /** Trusts this authority and nobody else, and shows a certificate, of this authority or of another. */
    public SSLContext showing(Certificates whose, String name) {
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry(name, whose.keys().getKey(name, PASSWORD.toCharArray()), PASSWORD.toCharArray(),
                    new Certificate[] { whose.keys().getCertificate(name) });
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
