package dev.sensorline.mqtt.connector;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.eclipse.microprofile.config.Config;

import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.QoS;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;
import dev.sensorline.mqtt.client.SessionOptions.Credentials;
import dev.sensorline.mqtt.client.SessionOptions.Tls;
import dev.sensorline.mqtt.client.Will;

/** Reads the options of a channel's connection. {@link ChannelKeys#CONNECTION} documents them. */
final class ConnectionOptions {

    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;

    private ConnectionOptions() {}

    /**
     * Reads them.
     *
     * @param access gives credentials and TLS in place of the keys
     * @param wills  gives last wills in place of the keys
     */
    static SessionOptions of(Config config, Optional<BrokerAccess> access, Optional<LastWills> wills) {
        String clientId = ChannelKeys.CLIENT_ID.in(config);
        Transport transport = ChannelKeys.TRANSPORT.in(config);
        Optional<Tls> tls = access.flatMap(BrokerAccess::tls)
                .map(files -> new Tls(files.authority(), files.certificate(), files.key()))
                .or(() -> ChannelKeys.SSL.in(config) || transport == Transport.WSS
                        ? Optional.of(new Tls(Optional.empty(), Optional.empty(), Optional.empty()))
                        : Optional.empty());
        int port = ChannelKeys.PORT.find(config).orElse(tls.isPresent() ? TLS_PORT : PORT);
        return SessionOptions.builder(brokers(config, port), clientId)
                .version(ProtocolVersion.of(ChannelKeys.VERSION.in(config)))
                .sessionExpiry(ChannelKeys.SESSION_EXPIRY.find(config))
                .topicAliases(ChannelKeys.TOPIC_ALIASES.in(config))
                .noLocal(ChannelKeys.NO_LOCAL.in(config))
                .cleanSession(ChannelKeys.CLEAN_SESSION.in(config))
                .keepAlive(Duration.ofSeconds(ChannelKeys.KEEP_ALIVE.in(config)))
                .connectTimeout(Duration.ofSeconds(ChannelKeys.CONNECT_TIMEOUT.in(config)))
                .longestPause(Duration.ofSeconds(ChannelKeys.LONGEST_PAUSE.in(config)))
                .maxPacketSize(ChannelKeys.MAX_PACKET_SIZE.in(config))
                .credentials(access.map(user -> new Credentials(user.username(), user.password()))
                        .orElseGet(() ->
                                new Credentials(ChannelKeys.USERNAME.find(config), ChannelKeys.PASSWORD.find(config))))
                .tls(tls)
                .webSocketPath(
                        transport == Transport.TCP
                                ? Optional.empty()
                                : Optional.of(new BrokerSettings.UrlPath().convert(ChannelKeys.PATH.in(config))))
                .will(wills.flatMap(application -> application.lastWill(clientId)).or(() -> will(config)))
                .build();
    }

    private static List<Broker> brokers(Config config, int port) {
        return config
                .getOptionalValues(ChannelKeys.HOST.name(), String.class)
                .orElse(List.of(ChannelKeys.HOST.defaultValue()))
                .stream()
                .map(text -> new BrokerSettings.Address().convert(text))
                .map(address -> new Broker(
                        address.host(),
                        address.port().orElse(port),
                        ChannelKeys.SERVER_NAME.find(config).orElse(address.host())))
                .toList();
    }

    private static Optional<Will> will(Config config) {
        Optional<String> topic = ChannelKeys.WILL_TOPIC.find(config);
        Optional<String> payload = ChannelKeys.WILL_PAYLOAD.find(config);
        if (topic.isPresent() != payload.isPresent()) {
            throw new IllegalArgumentException("%s and %s: must be set together"
                    .formatted(ChannelKeys.WILL_TOPIC.name(), ChannelKeys.WILL_PAYLOAD.name()));
        }
        return topic.map(name -> new Will(
                name,
                payload.orElseThrow().getBytes(UTF_8),
                QoS.of(ChannelKeys.WILL_QOS.in(config)),
                ChannelKeys.WILL_RETAIN.in(config),
                ChannelKeys.WILL_DELAY.find(config).orElse(Duration.ZERO)));
    }
}
