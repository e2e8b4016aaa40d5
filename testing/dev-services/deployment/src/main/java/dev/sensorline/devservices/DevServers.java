package dev.sensorline.devservices;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

import dev.sensorline.servers.BrokerSettings;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.PointStore;
import dev.sensorline.servers.Ports;
import dev.sensorline.servers.StoreSettings;
import io.quarkus.deployment.IsDevelopment;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.builditem.CuratedApplicationShutdownBuildItem;
import io.quarkus.deployment.builditem.DevServicesResultBuildItem;
import io.quarkus.deployment.builditem.LiveReloadBuildItem;

/**
 * Provides the servers that a service connects to by default, on their usual ports. A server that already listens is used,
 * so that the dev modes of all services share it. Otherwise it is started and runs as long as dev mode.
 */
class DevServers {

    /** The property with the servers that an application needs: {@code broker}, {@code store} or both. */
    private static final String NEEDED_SERVERS = "sensorline.dev-services";

    /** Survives the reload of classes. */
    private static final Deque<AutoCloseable> RUNNING = new ArrayDeque<>();

    private enum Server {
        BROKER("MQTT broker", 1883, List.of("MQTT_HOST", "MQTT_PORT", "SIM_HOST", "SIM_PORT")) {
            @Override
            AutoCloseable start(int port) {
                return MqttBroker.start(BrokerSettings.defaults(), port);
            }
        },
        STORE("InfluxDB", 8086, List.of("INFLUX_URL")) {
            @Override
            AutoCloseable start(int port) {
                return PointStore.start(StoreSettings.defaults(), port);
            }
        };

        private final String title;
        private final int usualPort;
        private final List<String> variables;

        Server(String title, int usualPort, List<String> variables) {
            this.title = title;
            this.usualPort = usualPort;
            this.variables = variables;
        }

        abstract AutoCloseable start(int port);

        private boolean isConfigured(Config config) {
            return variables.stream()
                    .anyMatch(variable ->
                            config.getOptionalValue(variable, String.class).isPresent());
        }
    }

    @BuildStep(onlyIf = IsDevelopment.class)
    void provide(
            LiveReloadBuildItem reload,
            CuratedApplicationShutdownBuildItem shutdown,
            BuildProducer<DevServicesResultBuildItem> results) {
        Config config = ConfigProvider.getConfig();
        List<Server> needed = config.getOptionalValue(NEEDED_SERVERS, String[].class).stream()
                .flatMap(Arrays::stream)
                .map(name -> Server.valueOf(name.strip().toUpperCase(Locale.ROOT)))
                .filter(server -> !server.isConfigured(config))
                .toList();
        if (reload.isLiveReload()) {
            return;
        }
        shutdown.addCloseTask(DevServers::stopAll, true);
        for (Server server : needed) {
            boolean found = Ports.isOpen(server.usualPort);
            if (!found) {
                RUNNING.push(server.start(server.usualPort));
            }
            results.produce(DevServicesResultBuildItem.discovered()
                    .name(server.title)
                    .description("%s on port %d".formatted(found ? "found" : "started", server.usualPort))
                    .config(Map.of())
                    .build());
        }
    }

    private static void stopAll() {
        while (!RUNNING.isEmpty()) {
            try {
                RUNNING.pop().close();
            } catch (Exception e) {
                System.err.println("Could not stop cleanly: " + e.getMessage());
            }
        }
    }
}
