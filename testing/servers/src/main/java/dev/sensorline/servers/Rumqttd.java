package dev.sensorline.servers;

import java.nio.file.Path;
import java.util.List;

/** rumqttd, as {@code rumqttd} on the path, with its listener for MQTT 3.1.1. It has no access rules. */
public final class Rumqttd implements Broker {

    private static final String EXECUTABLE = "rumqttd";

    @Override
    public boolean isInstalled() {
        return ServerChoice.find(EXECUTABLE).isPresent();
    }

    @Override
    public List<String> command(int port, Path directory) {
        // The numbers are those of the rumqttd.toml that it is published with.
        Path settings = MqttBroker.write(directory.resolve("rumqttd.toml"), List.of("""
                id = 0
                [router]
                id = 0
                max_connections = 10010
                max_outgoing_packet_count = 200
                max_segment_size = 104857600
                max_segment_count = 10
                [v4.1]
                name = "v4-1"
                listen = "127.0.0.1:%d"
                next_connection_delay_ms = 1
                [v4.1.connections]
                connection_timeout_ms = 60000
                max_payload_size = 20480
                max_inflight_count = 100
                dynamic_filters = true
                """.formatted(port)));
        return List.of(ServerChoice.find(EXECUTABLE).orElseThrow().toString(), "--config", settings.toString());
    }

    @Override
    public String toString() {
        return "rumqttd";
    }
}
