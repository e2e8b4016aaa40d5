package dev.sensorline.mqtt.connector;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.sensorline.application.Credentials;
import dev.sensorline.application.Setting;
import dev.sensorline.application.SettingConverter;
import dev.sensorline.application.Settings;
import dev.sensorline.application.Settings.Choice;
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
