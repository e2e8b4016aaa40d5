package dev.sensorline.fleet;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a sensor, or all sensors of a group, are told to do while they run.
 *
 * @param period    the new time between two readings
 * @param isOn      whether readings are sent
 * @param faults    for kinds of faults, by their key in a file, whether they happen
 * @param fault     a fault that happens from now on, instead of those of its kind
 * @param isRebirth whether births are sent again (Sparkplug B)
 */
public record Command(
        Optional<Duration> period,
        Optional<Boolean> isOn,
        Map<String, Boolean> faults,
        Optional<Fault> fault,
        boolean isRebirth) {}
