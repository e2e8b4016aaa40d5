package dev.sensorline.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.sensorline.fleet.file.FleetFile;

/** Shares of a group. */
class ShareTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "300ms"})
    void the_turns_of_all_shares_are_those_of_the_group(String jitter) {
        Group group = FleetFile.read(
                        "fleet.yaml", "groups: {a: {count: 17, jitter: %s, waveform: current}}".formatted(jitter))
                .groups()
                .get(0);
        List<String> all = turns(group, Share.ALL);
        for (int parts = 2; parts <= 17; parts++) {
            List<String> ofShares = new ArrayList<>();
            for (int first = 0; first < parts; first++) {
                ofShares.addAll(turns(group, new Share(first, parts)));
            }
            assertEquals(
                    all.stream().sorted().toList(), ofShares.stream().sorted().toList());
        }
    }

    /** Three of each sensor. */
    private static List<String> turns(Group group, Share share) {
        Turns turns = Turns.of(group, 7, Instant.EPOCH, share);
        List<String> all = new ArrayList<>();
        while (all.size() < 3 * share.of(17) || turns.step() < 3) {
            if (turns.step() < 3) {
                all.add("%d %d %d".formatted(turns.sensor(), turns.step(), turns.due()));
            }
            turns.next();
        }
        return all;
    }

    @Test
    void a_share_knows_its_sensors() {
        Share share = new Share(2, 5);
        assertEquals(0, share.of(2));
        assertEquals(1, share.of(3));
        assertEquals(1, share.of(7));
        assertEquals(2, share.of(8));
        assertEquals(
                List.of(2, 7, 12),
                IntStream.range(0, 3).map(share::sensor).boxed().toList());
        IntStream.range(0, 10).forEach(number -> assertEquals(number, share.number(share.sensor(number))));
    }

    @Test
    void blocks_of_sensors_stay_together() {
        for (int sensors = 1; sensors <= 40; sensors++) {
            Set<Integer> all = new TreeSet<>();
            for (int first = 0; first < 3; first++) {
                Share share = new Share(first, 3, 5);
                int count = share.of(sensors);
                for (int number = 0; number < count; number++) {
                    int sensor = share.sensor(number);
                    assertEquals(first, sensor / 5 % 3);
                    assertEquals(number, share.number(sensor));
                    assertTrue(all.add(sensor));
                    if (number + 1 < count) {
                        assertEquals(share.sensor(number + 1), share.next(sensor));
                    }
                }
            }
            assertEquals(IntStream.range(0, sensors).boxed().collect(Collectors.toSet()), all);
        }
    }
}
