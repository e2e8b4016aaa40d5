package dev.sensorline.mqtt.client;

import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
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
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;

/**
 * Trust and key of a client from files that may be renewed while it runs: read again for a handshake when they have
 * changed. Vert.x itself reads them once.
 */
public final class TlsFiles {

    private static final Logger LOG = Logger.getLogger(TlsFiles.class);

    private TlsFiles() {
    }

    /**
     * Has a client connect with TLS, and check the broker's name. The files are PEM.
     *
     * @param authority   whose certificates are trusted; those the machine trusts when empty
     * @param certificate the client's own, with {@code key}; none when empty
     */
    public static void apply(Optional<Path> authority, Optional<Path> certificate, Optional<Path> key, NetClientOptions options,
            Vertx vertx) {
        options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
        authority.ifPresent(file -> options.setTrustOptions(TrustOptions.wrap(new Trust(
                new Renewed<>(List.of(file), () -> (X509ExtendedTrustManager) new PemTrustOptions()
                        .addCertPath(file.toString()).getTrustManagerFactory(vertx).getTrustManagers()[0])))));
        certificate.ifPresent(file -> {
            Path keyFile = key.orElseThrow();
            options.setKeyCertOptions(new KeyOptions(new Key(
                    new Renewed<>(List.of(file, keyFile), () -> (X509ExtendedKeyManager) new PemKeyCertOptions()
                            .setCertPath(file.toString()).setKeyPath(keyFile.toString())
                            .getKeyManagerFactory(vertx).getKeyManagers()[0]))));
        });
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
                    return new KeyManager[] { manager };
                }
            };
            return new KeyManagerFactory(factory, null, "files") {
            };
        }

        @Override
        public Function<String, KeyManagerFactory> keyManagerFactoryMapper(Vertx vertx) {
            return serverName -> null;
        }
    }

    private interface Reading<T> {

        T read() throws Exception;
    }

    /** What was made of files, made anew when they have changed; while they cannot be read, what there was stays. */
    private static final class Renewed<T> {

        private final List<Path> files;
        private final Reading<T> reading;
        private List<FileTime> times;
        private T current;

        Renewed(List<Path> files, Reading<T> reading) {
            this.files = files;
            this.reading = reading;
        }

        synchronized T get() {
            try {
                List<FileTime> now = new ArrayList<>();
                for (Path file : files) {
                    now.add(Files.getLastModifiedTime(file));
                }
                if (!now.equals(times)) {
                    current = reading.read();
                    times = now;
                }
            } catch (Exception e) {
                if (current == null) {
                    throw new IllegalStateException("Cannot read " + files + ": " + e.getMessage(), e);
                }
                LOG.warnf("Cannot read %s, going on with what was read before: %s", files, e.getMessage());
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
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            authority.get().checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            authority.get().checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            authority.get().checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            authority.get().checkClientTrusted(chain, type, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
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
