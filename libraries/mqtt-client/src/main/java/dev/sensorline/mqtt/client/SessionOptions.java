package dev.sensorline.mqtt.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where the broker is, and how to connect to it.
 *
 * @param brokers        at least one; several are tried in turn until one accepts a connection, and each has sessions of its own:
 *                       messages that another one has queued stay there
 * @param clientId       the client identifier (3.1.3.1); if it is empty, the broker assigns one
 * @param version        the version of MQTT
 * @param cleanSession   whether the broker discards the session when a connection ends (3.1.2.4)
 * @param sessionExpiry  how long the broker keeps the session after a connection has ended (MQTT 5, 3.1.2.11.2); if it is empty, not
 *                       at all if {@code cleanSession}, otherwise for ever. Rounded up to whole seconds, for ever from 136 years on
 * @param noLocal        whether the broker does not send back what this client publishes (MQTT 5, 3.8.3.1)
 * @param topicAliases   how many topics the broker may number, so that it need not send them again (MQTT 5, 3.1.2.11.5); from 0 to
 *                       {@link #MOST_TOPIC_ALIASES}
 * @param keepAlive      the broker closes a connection that is silent for 1.5 times as long (3.1.2.10), so the client sends
 *                       PINGREQ as often; whole seconds, never if zero
 * @param connectTimeout the limit for opening a socket to one of the broker's addresses, that for TLS, that for the
 *                       WebSocket, and that for the broker's answer to CONNECT
 * @param longestPause   the longest pause between two attempts to connect
 * @param maxPacketSize  the most bytes of a packet from the broker; a larger one ends the connection
 * @param credentials    user name and password
 * @param tls            TLS; not used if empty
 * @param webSocketPath  the path of a WebSocket (MQTT 5, 6), as {@code /mqtt}; over TCP if empty
 * @param will           the last will, if any
 */
public record SessionOptions(
        List<Broker> brokers,
        String clientId,
        ProtocolVersion version,
        boolean cleanSession,
        Optional<Duration> sessionExpiry,
        boolean noLocal,
        int topicAliases,
        Duration keepAlive,
        Duration connectTimeout,
        Duration longestPause,
        int maxPacketSize,
        Credentials credentials,
        Optional<Tls> tls,
        Optional<String> webSocketPath,
        Optional<Will> will) {

    /** @throws IllegalArgumentException if there is no broker, or a number of topic aliases that is not allowed */
    public SessionOptions {
        if (topicAliases < 0 || topicAliases > MOST_TOPIC_ALIASES) {
            throw new IllegalArgumentException(
                    "topic-aliases=%d: must be from 0 to %d".formatted(topicAliases, MOST_TOPIC_ALIASES));
        }
        if (brokers.isEmpty()) {
            throw new IllegalArgumentException("A session needs a broker");
        }
        brokers = List.copyOf(brokers);
    }

    /** The largest packet of MQTT 3.1.1 in bytes (2.2.3). */
    public static final int LARGEST_PACKET = 268_435_455;

    /** So many of the longest topics are 16 MiB. */
    public static final int MOST_TOPIC_ALIASES = 256;

    /** The session expiry interval that means for ever (MQTT 5, 3.1.2.11.2). */
    public static final long NEVER_SECONDS = 0xffff_ffffL;

    /** The session expiry interval in seconds, from 0 to {@link #NEVER_SECONDS}. */
    public long sessionExpirySeconds() {
        return sessionExpiry
                .map(expiry -> Math.min(expiry.plusNanos(999_999_999).toSeconds(), NEVER_SECONDS))
                .orElse(cleanSession ? 0 : NEVER_SECONDS);
    }

    /** Whether the broker keeps the session, and sends back what it publishes, under the same conditions. */
    public boolean keepsSessionLike(SessionOptions other) {
        return cleanSession == other.cleanSession
                && sessionExpirySeconds() == other.sessionExpirySeconds()
                && noLocal == other.noLocal;
    }

    /**
     * The address of a broker.
     *
     * @param host       a name or an address; each address of a name is tried in turn
     * @param port       from 1 to 65,535
     * @param serverName the name that the broker's certificate must have
     */
    public record Broker(String host, int port, String serverName) {

        /** Host and port, as in {@code broker:1883} and {@code [::1]:1883}. */
        public String address() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /**
     * User name and password, each if the broker wants it.
     *
     * @param username at most 65,535 bytes of UTF-8 (3.1.3.4)
     * @param password at most 65,535 bytes, sent as UTF-8 (3.1.3.5)
     */
    public record Credentials(Optional<String> username, Optional<String> password) {

        /** @throws IllegalArgumentException if there is a password without a user name, which MQTT 3.1.1 forbids (3.1.2.9) */
        public Credentials {
            if (username.isEmpty() && password.isPresent()) {
                throw new IllegalArgumentException("A password needs a user name");
            }
        }

        /** An anonymous connection. */
        public static final Credentials NONE = new Credentials(Optional.empty(), Optional.empty());

        /** Without the password, which no log may contain. */
        @Override
        public String toString() {
            return "Credentials[username=%s]".formatted(username);
        }
    }

    /**
     * Certificates and keys in PEM files. A renewed file takes effect from the next connection on.
     *
     * @param authority   certificates to trust instead of those that the machine trusts
     * @param certificate the client's own certificate, together with {@code key}
     * @param key         its key, not encrypted
     */
    public record Tls(Optional<Path> authority, Optional<Path> certificate, Optional<Path> key) {}

    /**
     * Options with defaults, to be changed.
     *
     * @param clientId the client identifier (3.1.3.1); if it is empty, the broker assigns one
     */
    public static Builder builder(Broker broker, String clientId) {
        return builder(List.of(broker), clientId);
    }

    /** @param brokers at least one */
    public static Builder builder(List<Broker> brokers, String clientId) {
        return new Builder(brokers, clientId);
    }

    /** Options with defaults: MQTT 3.1.1, a clean session, without TLS, credentials and last will. Not thread-safe. */
    public static final class Builder {

        private final List<Broker> brokers;
        private final String clientId;
        private ProtocolVersion version = ProtocolVersion.V3_1_1;
        private boolean cleanSession = true;
        private Optional<Duration> sessionExpiry = Optional.empty();
        private int topicAliases;
        private boolean noLocal;
        private Duration keepAlive = Duration.ofSeconds(30);
        private Duration connectTimeout = Duration.ofSeconds(60);
        private Duration longestPause = Duration.ofSeconds(5);
        private int maxPacketSize = LARGEST_PACKET;
        private Credentials credentials = Credentials.NONE;
        private Optional<Tls> tls = Optional.empty();
        private Optional<String> webSocketPath = Optional.empty();
        private Optional<Will> will = Optional.empty();

        private Builder(List<Broker> brokers, String clientId) {
            this.brokers = brokers;
            this.clientId = clientId;
        }

        /** Default: MQTT 3.1.1. */
        public Builder version(ProtocolVersion version) {
            this.version = version;
            return this;
        }

        /** How long the broker keeps the session after a connection has ended (MQTT 5). Default: as {@code cleanSession} says. */
        public Builder sessionExpiry(Optional<Duration> sessionExpiry) {
            this.sessionExpiry = sessionExpiry;
            return this;
        }

        /** Whether the broker does not send back what this client publishes (MQTT 5). Default: it does. */
        public Builder noLocal(boolean noLocal) {
            this.noLocal = noLocal;
            return this;
        }

        /** Whether the broker discards the session when a connection ends. Default: it does. */
        public Builder cleanSession(boolean cleanSession) {
            this.cleanSession = cleanSession;
            return this;
        }

        /**
         * How many topics the broker may number. Default: 0, because there are brokers that send the number again on another
         * connection, without the topic, where it means nothing (3.3.2.3.4).
         */
        public Builder topicAliases(int topicAliases) {
            this.topicAliases = topicAliases;
            return this;
        }

        /** How long nothing is sent before PINGREQ is, from 0, which means never, to 65,535 whole seconds. Default: 30 s. */
        public Builder keepAlive(Duration keepAlive) {
            this.keepAlive = keepAlive;
            return this;
        }

        /** The limit for opening a socket, and that for the answers to CONNECT and SUBSCRIBE. Default: 60 s. */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = connectTimeout;
            return this;
        }

        /** The longest pause between two attempts to connect, at least 100 ms. Default: 5 s. */
        public Builder longestPause(Duration longestPause) {
            this.longestPause = longestPause;
            return this;
        }

        /** The most bytes of a packet from the broker. Default: {@link #LARGEST_PACKET}. */
        public Builder maxPacketSize(int bytes) {
            this.maxPacketSize = bytes;
            return this;
        }

        /** User name and password. Default: none. */
        public Builder credentials(Credentials credentials) {
            this.credentials = credentials;
            return this;
        }

        /** TLS. Default: without it. */
        public Builder tls(Optional<Tls> tls) {
            this.tls = tls;
            return this;
        }

        /** The path of a WebSocket, as in {@code /mqtt}. Default: none, MQTT over TCP. */
        public Builder webSocketPath(Optional<String> webSocketPath) {
            this.webSocketPath = webSocketPath;
            return this;
        }

        /** The last will. Default: none. */
        public Builder will(Optional<Will> will) {
            this.will = will;
            return this;
        }

        /** The options as they are now; the builder can be used further. */
        public SessionOptions build() {
            return new SessionOptions(
                    brokers,
                    clientId,
                    version,
                    cleanSession,
                    sessionExpiry,
                    noLocal,
                    topicAliases,
                    keepAlive,
                    connectTimeout,
                    longestPause,
                    maxPacketSize,
                    credentials,
                    tls,
                    webSocketPath,
                    will);
        }
    }
}
