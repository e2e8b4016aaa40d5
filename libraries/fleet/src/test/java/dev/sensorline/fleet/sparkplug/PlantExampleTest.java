package dev.sensorline.fleet.sparkplug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.sensorline.fleet.Fleet;
import dev.sensorline.fleet.file.FleetFile;
import dev.sensorline.fleet.payload.DryRun;

/** The example of a plant of edge nodes. */
class PlantExampleTest {

    @Test
    void each_of_its_edge_nodes_and_devices_sends_within_its_period() throws IOException {
        Fleet plant = FleetFile.read(
                "sparkplug-plant.yaml",
                Files.readString(
                        Path.of(System.getProperty("sensorline.root"), "simulator/examples/sparkplug-plant.yaml")));
        assertEquals(
                List.of(20, 4),
                plant.groups().stream()
                        .map(group -> EdgeNodes.of(group).orElseThrow().count())
                        .toList());
        List<String> lines = new ArrayList<>();
        new DryRun(plant).run(Duration.ofSeconds(6), line -> lines.add(line.toString()));
        Set<String> topics = new HashSet<>();
        lines.forEach(line -> topics.add(line.split(" ")[1]));
        assertEquals(204, topics.size());
        assertTrue(topics.contains("spBv1.0/plant/DDATA/line-20/press-200"), topics::toString);
        assertTrue(topics.contains("spBv1.0/plant/NDATA/hall-4"), topics::toString);
    }
}
