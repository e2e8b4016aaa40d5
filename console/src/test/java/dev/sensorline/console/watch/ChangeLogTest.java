package dev.sensorline.console.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.sensorline.console.watch.VirtualStack.Behaviour;
import dev.sensorline.console.watch.VirtualStack.Sensor;

class ChangeLogTest {

    @Test
    void each_change_is_one_line() {
        VirtualStack stack = new VirtualStack(1);
        Sensor sensor = stack.sensor("T\n1", Behaviour.every(Duration.ofSeconds(10)));
        stack.run(Duration.ofMinutes(5));
        assertEquals(List.of(), stack.lines);

        sensor.stopped = stack.now();
        stack.run(Duration.ofMinutes(1));
        sensor.stopped = Long.MAX_VALUE;
        stack.run(Duration.ofSeconds(30));

        assertEquals(3, stack.lines.size(), stack.lines::toString);
        assertTrue(stack.lines.get(0).matches("Sensor T\\?1 \\(topic sensor/T\\?1\\) is late: no reading for 10\\.\\d s,"
                + " expected every 10 s"), stack.lines.get(0));
        assertTrue(stack.lines.get(1).contains("is silent: no reading for 30."), stack.lines.get(1));
        assertTrue(stack.lines.get(2).contains("sends again after "), stack.lines.get(2));
    }
}
