package dev.sensorline.servers;

import java.nio.file.Path;
import java.util.List;

/** HiveMQ CE, the embedded broker of this project. It has no access rules here. */
public final class HiveMq implements Broker {

    @Override
    public boolean isInstalled() {
        return true;
    }

    @Override
    public List<String> command(int port, Path directory) {
        MqttBroker.write(
                directory.resolve("broker.properties"), MqttBroker.embedded(BrokerSettings.defaults(), directory));
        return ProjectTree.embedded("broker", port, directory);
    }

    @Override
    public String toString() {
        return "HiveMQ CE";
    }
}
