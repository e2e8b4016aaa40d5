package dev.sensorline.connections;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jboss.logging.Logger;

import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;

/**
 * Certificates and keys in PEM files that may be renewed while a client runs: each handshake reads a file again if it has
 * changed since. While a changed file cannot be read, the last valid content stays in use. Vert.x itself reads such files
 * once. Handshakes on several threads may use what these methods return.
 */
public final class PemFiles {

    private static final Logger LOG = Logger.getLogger(PemFiles.class);

    private PemFiles() {}

    /**
     * Trusts the certificates of a file, and no others.
     *
     * @throws IllegalArgumentException if the file does not hold certificates in PEM form now
     */
    public static TrustOptions trust(Path authority, Vertx vertx) {
        return TrustOptions.wrap(new Trust(new Renewed<>(
                List.of(authority), "certificates in PEM form", () -> (X509ExtendedTrustManager) new PemTrustOptions()
                        .addCertPath(authority.toString())
                        .getTrustManagerFactory(vertx)
                        .getTrustManagers()[0])));
    }

    /**
     * Trusts the authorities that the machine trusts: those of its bundle in PEM form, where its distribution has one, as the
     * executable only knows the authorities of the JDK that it was built with.
     *
     * @return empty if the authorities of the JDK are to be used
     */
    public static Optional<TrustOptions> machineTrust(Vertx vertx) {
        return MachineAuthorities.bundle().flatMap(bundle -> {
            try {
                return Optional.of(trust(bundle, vertx));
            } catch (IllegalArgumentException e) {
                LOG.warnf("%s: %s; the authorities of the JDK are used instead", bundle, e.getMessage());
                return Optional.empty();
            }
        });
    }

    /**
     * Presents a certificate and proves to own it by its key.
     *
     * @throws IllegalArgumentException if the files do not hold a certificate and its key in PEM form now
     */
    public static KeyCertOptions key(Path certificate, Path key, Vertx vertx) {
        return new KeyOptions(new Key(new Renewed<>(
                List.of(certificate, key),
                "a certificate and its key in PEM form",
                () -> KeyPairs.matching(readCertificate(certificate), keyManager(certificate, key, vertx)))));
    }

    /** @throws IllegalArgumentException if a file does not hold a certificate in PEM form now, saying what it must be */
    public static void checkCertificate(Path certificate) {
        try {
            readCertificate(certificate);
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException("must be a certificate in PEM form", e);
        }
    }

    /**
     * Checks a key, after its certificate.
     *
     * @throws IllegalArgumentException if a file does not hold the certificate's key in PEM form now, saying what it must be
     */
    public static void checkKey(Path certificate, Path key, Vertx vertx) {
        X509ExtendedKeyManager manager;
        try {
            if (Files.readString(key).contains("ENCRYPTED")) {
                throw new IllegalArgumentException("must be a key that is not encrypted");
            }
            manager = keyManager(certificate, key, vertx);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalArgumentException("must be a key in PEM form", e);
        }
        try {
            KeyPairs.matching(readCertificate(certificate), manager);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("must be the key of the certificate in " + certificate, e);
        }
    }

    private static X509Certificate readCertificate(Path file) throws IOException, CertificateException {
        try (InputStream certificate = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(certificate);
        }
    }

    private static X509ExtendedKeyManager keyManager(Path certificate, Path key, Vertx vertx) throws Exception {
        return (X509ExtendedKeyManager) new PemKeyCertOptions()
                .setCertPath(certificate.toString())
                .setKeyPath(key.toString())
                .getKeyManagerFactory(vertx)
                .getKeyManagers()[0];
    }

    /** Hands a key manager on as it is: {@link KeyCertOptions#wrap} would copy what it holds now. */
    private record KeyOptions(X509ExtendedKeyManager manager) implements KeyCertOptions {

        @Override
        public KeyCertOptions copy() {
            return this;
        }

        @Override
        public KeyManagerFactory getKeyManagerFactory(Vertx vertx) {
            KeyManagerFactorySpi factory = new KeyManagerFactorySpi() {

                @Override
                protected void engineInit(KeyStore store, char[] password) {
                    // There is nothing to do.
                }

                @Override
                protected void engineInit(ManagerFactoryParameters parameters) {
                    // There is nothing to do.
                }

                @Override
                protected KeyManager[] engineGetKeyManagers() {
                    return new KeyManager[] {manager};
                }
            };
            return new KeyManagerFactory(factory, null, "files") {};
        }

        @Override
        public Function<String, KeyManagerFactory> keyManagerFactoryMapper(Vertx vertx) {
            return serverName -> null;
        }
    }

    private interface Reader<T> {

        T read() throws Exception;
    }

    /** What a reader makes of files, made anew when they have changed. */
    private static final class Renewed<T> {

        private final List<Path> files;
        private final Reader<T> reader;
        private List<FileTime> times;
        private T current;

        Renewed(List<Path> files, String content, Reader<T> reader) {
            this.files = files;
            this.reader = reader;
            try {
                times = modified();
                current = reader.read();
            } catch (Exception e) {
                throw new IllegalArgumentException("must be %s".formatted(content), e);
            }
        }

        private List<FileTime> modified() throws IOException {
            List<FileTime> modified = new ArrayList<>();
            for (Path file : files) {
                modified.add(Files.getLastModifiedTime(file));
            }
            return modified;
        }

        synchronized T get() {
            try {
                List<FileTime> now = modified();
                if (!now.equals(times)) {
                    current = reader.read();
                    times = now;
                }
            } catch (Exception e) {
                LOG.warnf("Cannot read %s, so its last valid content stays in use: %s", files, e.getMessage());
            }
            return current;
        }
    }

    private static final class Trust extends X509ExtendedTrustManager {

        private final Renewed<X509ExtendedTrustManager> authority;

        Trust(Renewed<X509ExtendedTrustManager> authority) {
            this.authority = authority;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            authority.get().checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            authority.get().checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            authority.get().checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            authority.get().checkClientTrusted(chain, type, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            authority.get().checkClientTrusted(chain, type, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            authority.get().checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return authority.get().getAcceptedIssuers();
        }
    }

    private static final class Key extends X509ExtendedKeyManager {

        private final Renewed<X509ExtendedKeyManager> key;

        Key(Renewed<X509ExtendedKeyManager> key) {
            this.key = key;
        }

        @Override
        public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
            return key.get().chooseEngineClientAlias(types, issuers, engine);
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return key.get().chooseClientAlias(types, issuers, socket);
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return key.get().getClientAliases(type, issuers);
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return key.get().chooseServerAlias(type, issuers, socket);
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return key.get().getServerAliases(type, issuers);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return key.get().getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key.get().getPrivateKey(alias);
        }
    }
}
