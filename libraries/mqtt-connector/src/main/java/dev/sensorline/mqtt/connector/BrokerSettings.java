package dev.sensorline.mqtt.connector;

import dev.sensorline.application.Credentials;
import dev.sensorline.application.Setting;
import dev.sensorline.application.Settings;
import dev.sensorline.application.TlsSettings;
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
}
