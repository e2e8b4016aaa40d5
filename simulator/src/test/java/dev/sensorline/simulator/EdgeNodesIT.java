package dev.sensorline.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.sensorline.points.decoding.sparkplug.RebirthCommand;
import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.MqttBroker;
import dev.sensorline.servers.MqttPeer;
import dev.sensorline.servers.ProjectTree;
import dev.sensorline.servers.ServiceProcess;

/** The example of a plant of Sparkplug edge nodes from outside: its process, and the messages that a host receives. */
class EdgeNodesIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int SIGTERM_EXIT = 128 + 15;

    private MqttBroker broker;
    private MqttPeer peer;

    @BeforeEach
    void start() {
        broker = MqttBroker.start();
        peer = MqttPeer.of(broker, "host");
        peer.subscribe("spBv1.0/#", 1);
    }

    @AfterEach
    void stop() {
        peer.close();
        broker.close();
    }

    @Test
    void births_come_first_a_rebirth_within_a_second_and_deaths_last() {
        try (ChildProcess process = ServiceProcess.of("simulator")
                .with("SIM_FILE", ProjectTree.root().resolve("simulator/examples/sparkplug-plant.yaml"))
                .with("SIM_HOST", broker.host())
                .with("SIM_PORT", broker.port())
                .start()) {
            awaitCount("DDATA", 200, LIMIT);
            assertEquals(24, count("NBIRTH"));
            awaitCount("DBIRTH", 200, LIMIT);
            peer.publishAsync(
                    RebirthCommand.topic("plant", "line-20"), RebirthCommand.payload(System.currentTimeMillis()), 0);
            awaitCount("NBIRTH", 25, Duration.ofSeconds(1));
            awaitCount("DBIRTH", 210, LIMIT);
            assertEquals(SIGTERM_EXIT, process.terminate());
            awaitCount("NDEATH", 24, LIMIT);
        }
    }

    private long count(String type) {
        return peer.messages().stream()
                .filter(message -> message.topic().startsWith("spBv1.0/plant/" + type))
                .count();
    }

    private void awaitCount(String type, long count, Duration limit) {
        await(type).atMost(limit).pollInterval(Duration.ofMillis(10)).until(() -> count(type) >= count);
    }
}
