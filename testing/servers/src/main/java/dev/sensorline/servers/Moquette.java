package dev.sensorline.servers;

import java.nio.file.Path;
import java.util.List;

/**
 * Moquette, with the jars of the module {@code testing/brokers/moquette}. It has no access rules here: no rule of Moquette's permits
 * a subscription to a filter that ends with {@code #}.
 */
public final class Moquette implements Broker {

    private static final String JARS = "testing/brokers/moquette/target/lib";

    @Override
    public boolean isInstalled() {
        return ProjectTree.isBuilt(JARS);
    }

    /** It grants them, and delivers nothing. */
    @Override
    public boolean deliversToSharedSubscriptions() {
        return false;
    }

    @Override
    public List<String> command(int port, Path directory) {
        MqttBroker.write(
                ProjectTree.created(directory.resolve("config")).resolve("moquette.conf"),
                List.of(
                        "host 127.0.0.1",
                        "port " + port,
                        "websocket_port disabled",
                        "allow_anonymous true",
                        "telemetry_enabled false",
                        "data_path " + directory));
        return ProjectTree.java(JARS, List.of("-Xmx256m", "-Dmoquette.path=" + directory), "io.moquette.broker.Server");
    }

    @Override
    public String toString() {
        return "Moquette";
    }
}
