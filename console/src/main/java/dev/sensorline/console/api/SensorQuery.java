package dev.sensorline.console.api;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.live.Sensor;
import dev.sensorline.console.problem.ProblemException;
import dev.sensorline.console.watch.SensorState;

/** Which sensors are asked for, in which order, and which page of them. Immutable. */
record SensorQuery(
        String name,
        List<Map.Entry<String, String>> tags,
        Optional<SensorState> state,
        Order order,
        int page,
        int size) {

    static final int LARGEST_SIZE = 1_000;

    /** The order of sensors. */
    enum Order {
        NAME,
        SEEN,
        RATE
    }

    /** @throws ProblemException if a parameter is not allowed */
    static SensorQuery of(
            @Nullable String name,
            List<String> tags,
            @Nullable String state,
            @Nullable String sort,
            @Nullable String page,
            @Nullable String size) {
        return new SensorQuery(
                name == null ? "" : name.toLowerCase(Locale.ROOT),
                tags.stream().map(SensorQuery::tag).toList(),
                Optional.ofNullable(state).map(text -> Parameters.choice("state", text, SensorState.values())),
                sort == null ? Order.NAME : Parameters.choice("sort", sort, Order.values()),
                page == null ? 0 : Parameters.number("page", page, 0, Integer.MAX_VALUE),
                size == null ? 100 : Parameters.number("size", size, 1, LARGEST_SIZE));
    }

    private static Map.Entry<String, String> tag(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new ProblemException(
                    400, "tag: must be a name and a value with a colon in between, such as site:hall 1");
        }
        return Map.entry(text.substring(0, colon), text.substring(colon + 1));
    }

    /** The page. On the live thread. */
    SensorPage run(LiveSensors sensors, long nowMillis) {
        List<Sensor> found = sensors.all().stream().filter(this::matches).collect(Collectors.toList());
        found.sort(comparator(nowMillis));
        List<SensorView> shown = found.stream()
                .skip((long) page * size)
                .limit(size)
                .map(sensor -> SensorView.of(sensor, nowMillis, null))
                .toList();
        return new SensorPage(found.size(), page, size, shown);
    }

    private boolean matches(Sensor sensor) {
        return sensor.isNamed(name)
                && (state.isEmpty() || sensor.watched().state() == state.get())
                && tags.stream()
                        .allMatch(tag ->
                                tag.getValue().equals(sensor.series().tags().get(tag.getKey())));
    }

    private Comparator<Sensor> comparator(long nowMillis) {
        Comparator<Sensor> byName = Comparator.comparing(Sensor::name, String.CASE_INSENSITIVE_ORDER)
                .thenComparing(Sensor::id);
        return switch (order) {
            case NAME -> byName;
            case SEEN ->
                Comparator.comparingLong(Sensor::arrivedMillis).reversed().thenComparing(byName);
            case RATE ->
                Comparator.<Sensor>comparingDouble(sensor -> -sensor.readingsPerSecond(nowMillis))
                        .thenComparing(byName);
        };
    }
}
