package dev.sensorline.mqtt.connector;

import java.util.List;
import java.util.stream.Stream;

import dev.sensorline.application.Credentials;
import dev.sensorline.application.Setting;
import dev.sensorline.application.Settings;
import dev.sensorline.application.Settings.Choice;
import dev.sensorline.application.TlsSettings;
import dev.sensorline.mqtt.client.ProtocolVersion;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Settings: where the broker is, as whom to connect and how. */
public interface BrokerSettings extends Credentials, TlsSettings {

    @Setting("name or address of the MQTT broker")
    @WithDefault("localhost")
    @WithConverter(Settings.Host.class)
    String host();

    @Setting("port of the broker")
    @WithDefault("1883")
    @WithConverter(Settings.Port.class)
    int port();

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
