package dev.sensorline.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ClientInitiatedDisconnectInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ServerInitiatedDisconnectInput;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.packets.general.DisconnectedReasonCode;
import com.hivemq.extension.sdk.api.packets.general.MqttVersion;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;

/**
 * The extension of the embedded broker that authenticates clients and logs. It admits clients with a certificate that the
 * listener accepts. Other clients need user and password, if the broker has a user. Connections, subscriptions and
 * disconnections are logged in the format of Mosquitto, so that tests read the log of either broker.
 */
final class BrokerExtension implements ExtensionMain {

    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,]*)");

    private final String username;
    private final String password;

    private final boolean logs;

    /**
     * An extension for one broker.
     *
     * @param username the only user, or null if every client is admitted
     * @param password the password of the user; null without a user
     * @param logs     whether to log to standard error
     */
    BrokerExtension(String username, String password, boolean logs) {
        this.username = username;
        this.password = password;
        this.logs = logs;
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        Services.securityRegistry().setAuthenticatorProvider(provider -> (SimpleAuthenticator) this::authenticate);
        Services.eventRegistry().setClientLifecycleEventListener(provider -> new ConnectionLog());
        Services.initializerRegistry().setClientInitializer((client, context) -> {
            String id = client.getClientInformation().getClientId();
            context.addSubscribeInboundInterceptor((subscribe, changed) -> {
                log("Received SUBSCRIBE from " + id);
                subscribe
                        .getSubscribePacket()
                        .getSubscriptions()
                        .forEach(subscription -> log("%s %d %s"
                                .formatted(id, subscription.getQos().getQosNumber(), subscription.getTopicFilter())));
            });
            context.addSubackOutboundInterceptor((suback, changed) -> log("Sending SUBACK to " + id));
        });
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
        // What the extension has registered ends with the broker.
    }

    private void authenticate(SimpleAuthInput input, SimpleAuthOutput output) {
        ConnectPacket connect = input.getConnectPacket();
        Optional<String> commonName = commonName(input.getConnectionInformation());
        if (commonName.isPresent()
                || username == null
                || username.equals(connect.getUserName().orElse(null))
                        && password.equals(
                                connect.getPassword().map(BrokerExtension::text).orElse(null))) {
            Optional<String> user = commonName.or(connect::getUserName);
            log("New client connected from 127.0.0.1 as %s (p%d, c%d, k%d%s)."
                    .formatted(
                            connect.getClientId(),
                            connect.getMqttVersion() == MqttVersion.V_5
                                    ? 5
                                    : connect.getMqttVersion() == MqttVersion.V_3_1 ? 1 : 2,
                            connect.getCleanStart() ? 1 : 0,
                            connect.getKeepAlive(),
                            user.map(", u'%s'"::formatted).orElse("")));
            output.authenticateSuccessfully();
        } else {
            log("Sending CONNACK to %s (0, 5)".formatted(connect.getClientId()));
            output.failAuthentication(ConnackReasonCode.NOT_AUTHORIZED);
        }
    }

    /** The common name in the certificate of a client. */
    private static Optional<String> commonName(ConnectionInformation connection) {
        return connection
                .getClientTlsInformation()
                .flatMap(tls -> tls.getClientCertificate())
                .map(certificate -> COMMON_NAME.matcher(
                        certificate.getSubjectX500Principal().getName()))
                .filter(Matcher::find)
                .map(name -> name.group(1));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private void log(String line) {
        if (logs) {
            System.err.println(line);
        }
    }

    private final class ConnectionLog implements ClientLifecycleEventListener {

        @Override
        public void onMqttConnectionStart(ConnectionStartInput input) {
            // Logged when the client is admitted or rejected.
        }

        @Override
        public void onAuthenticationSuccessful(AuthenticationSuccessfulInput input) {
            // Logged by authenticate.
        }

        @Override
        public void onDisconnect(DisconnectEventInput input) {
            // Logged by the two methods below.
        }

        @Override
        public void onClientInitiatedDisconnect(ClientInitiatedDisconnectInput input) {
            log("Received DISCONNECT from " + input.getClientInformation().getClientId());
        }

        @Override
        public void onServerInitiatedDisconnect(ServerInitiatedDisconnectInput input) {
            input.getReasonCode()
                    .filter(reason -> reason == DisconnectedReasonCode.KEEP_ALIVE_TIMEOUT)
                    .ifPresent(reason -> log("Client %s has exceeded timeout, disconnecting."
                            .formatted(input.getClientInformation().getClientId())));
        }
    }
}
