package dev.sensorline.mqtt.connector;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.sensorline.application.Credentials;
import dev.sensorline.application.Setting;
import dev.sensorline.application.SettingConverter;
import dev.sensorline.application.Settings;
import dev.sensorline.application.Settings.Choice;
import dev.sensorline.application.Settings.Text;
import dev.sensorline.application.TlsSettings;
import dev.sensorline.mqtt.client.ProtocolVersion;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Settings: where the broker is, as whom to connect and how. */
public interface BrokerSettings extends Credentials, TlsSettings {

    @Setting(
            "name or address of the MQTT broker. Of [several](../docs/guide/brokers.md#several-brokers), the next one is tried when one does not accept a connection")
    @WithDefault("localhost")
    List<@WithConverter(Address.class) BrokerAddress> host();

    @Setting("port of the brokers that name none of their own")
    @WithDefault("1883")
    @WithConverter(Settings.Port.class)
    int port();

    @Setting(
            "what carries MQTT: `tcp` with TLS or without, or a [WebSocket](../docs/guide/brokers.md#websockets), which is `ws` without and `wss` with TLS")
    @WithDefault("tcp")
    @WithConverter(TransportOf.class)
    Transport transport();

    @Setting("path of the WebSocket")
    @WithDefault("/mqtt")
    @WithConverter(UrlPath.class)
    String path();

    /** The addresses of the brokers, for people. */
    default String addresses() {
        return host().stream().map(address -> address.withPort(port())).collect(Collectors.joining(","));
    }

    /** Where a broker is. */
    final class Address extends SettingConverter<BrokerAddress> {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "a host name or an address, such as broker, broker:1884 or [::1]:1884, or several of them separated by commas; no URL";
        }

        @Override
        protected Optional<BrokerAddress> read(String text) {
            return BrokerAddress.parse(text.strip());
        }

        @Override
        public BrokerAddress convert(String text) {
            return super.convert(text);
        }
    }

    /** A transport. */
    final class TransportOf extends Choice<Transport> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<Transport> values() {
            return List.of(Transport.values());
        }

        @Override
        public Transport convert(String text) {
            return super.convert(text);
        }
    }

    /** The path of a URL, perhaps with a query. */
    final class UrlPath extends Text {

        private static final long serialVersionUID = 1L;

        @Override
        public String allowed() {
            return "the path of a URL, such as /mqtt";
        }

        @Override
        protected boolean isAllowed(String text) {
            try {
                return text.startsWith("/") && text.matches("[!-~]+") && new URI(text).getRawFragment() == null;
            } catch (URISyntaxException e) {
                return false;
            }
        }
    }

    /** A version of MQTT: see {@link ProtocolVersion}. */
    final class Version extends Choice<String> {

        private static final long serialVersionUID = 1L;

        @Override
        protected List<String> values() {
            return Stream.of(ProtocolVersion.values())
                    .map(ProtocolVersion::toString)
                    .toList();
        }

        @Override
        public String convert(String text) {
            return super.convert(text);
        }
    }
}
