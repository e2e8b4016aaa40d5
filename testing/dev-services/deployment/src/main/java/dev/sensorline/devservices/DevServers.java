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
 * What a service of ours expects to listen when its variables say nothing, on the usual ports: taken as it is where it
 * listens already, so that the dev modes of both services share it, else started for as long as dev mode runs.
 */
class DevServers {

    /** Property by which an application asks: {@code broker}, {@code store} or both. */
    private static final String NEEDS = "sensorline.dev-services";

    /** They stay while classes are reloaded. */
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
            return variables.stream().anyMatch(variable -> config.getOptionalValue(variable, String.class).isPresent());
        }
    }

    @BuildStep(onlyIf = IsDevelopment.class)
    void provide(LiveReloadBuildItem reload, CuratedApplicationShutdownBuildItem shutdown,
            BuildProducer<DevServicesResultBuildItem> results) {
        Config config = ConfigProvider.getConfig();
        List<Server> needed = config.getOptionalValue(NEEDS, String[].class).stream().flatMap(Arrays::stream)
                .map(name -> Server.valueOf(name.strip().toUpperCase(Locale.ROOT)))
                .filter(server -> !server.isConfigured(config)).toList();
        if (reload.isLiveReload()) {
            return;
        }
        shutdown.addCloseTask(DevServers::stopAll, true);
        for (Server server : needed) {
            boolean found = Ports.isOpen(server.usualPort);
            if (!found) {
                RUNNING.push(server.start(server.usualPort));
            }
            results.produce(DevServicesResultBuildItem.discovered().name(server.title)
                    .description("%s on port %d".formatted(found ? "found" : "started", server.usualPort))
                    .config(Map.of()).build());
        }
    }

    private static void stopAll() {
        while (!RUNNING.isEmpty()) {
            try {
                RUNNING.pop().close();
            } catch (Exception e) {
                System.err.println("Could not end in order: " + e.getMessage());
            }
        }
    }
}
