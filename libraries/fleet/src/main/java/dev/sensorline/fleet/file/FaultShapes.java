package dev.sensorline.fleet.file;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import dev.sensorline.fleet.Fault;
import dev.sensorline.fleet.Fault.AtRandom;
import dev.sensorline.fleet.Fault.Scheduled;
import dev.sensorline.fleet.Fault.When;

/** What a file says of faults. */
final class FaultShapes {

    private static final Key<Double> RATE =
            Key.optional("rate", "probability that it begins at a reading", new Numbers(0, 1));
    private static final Key<Duration> EVERY =
            Key.optional("every", "time from one beginning to the next", Length.atLeast(Duration.ofMillis(1)));
    private static final Key<Duration> AFTER = Key.optional(
            "after",
            "time from the start to the first beginning; as long as `every` if it is left out",
            Length.atLeast(Duration.ZERO));
    private static final Key<Duration> LASTING = Key.optional(
            "for", "how long it lasts; one reading if it is left out", Length.atLeast(Duration.ZERO), Duration.ZERO);

    private static final Key<Double> BY = Key.required("by", "what is added, in the unit of the values", Numbers.ANY);
    private static final Key<Double> PER_HOUR =
            Key.required("per_hour", "by how much it grows in an hour, in the unit of the values", Numbers.ANY);
    private static final Key<Double> DEVIATION = Key.required(
            "deviation", "standard deviation of the noise, in the unit of the values", new Numbers(0, 1e15));
    private static final Key<Duration> LATE_BY =
            Key.required("by", "how much later they are sent", Length.atLeast(Duration.ofMillis(1)));
    private static final Key<Duration> SKEW = Key.required(
            "by",
            "how much the clock is ahead; negative: behind",
            new Length(Length.LONGEST.negated(), Length.LONGEST));

    /** A fault of one kind. */
    static final Shape<Fault> FAULT = new Variants<>("a fault", kinds());

    private FaultShapes() {}

    private static Map<String, Shape<? extends Fault>> kinds() {
        Map<String, Shape<? extends Fault>> kinds = new LinkedHashMap<>();
        kinds.put("dropout", fault((when, values) -> new Fault.Dropout(when)));
        kinds.put("stuck", fault((when, values) -> new Fault.Stuck(when)));
        kinds.put("spike", fault((when, values) -> new Fault.Spike(when, values.get(BY)), BY));
        kinds.put("drift", fault((when, values) -> new Fault.Drift(when, values.get(PER_HOUR)), PER_HOUR));
        kinds.put("offset", fault((when, values) -> new Fault.Offset(when, values.get(BY)), BY));
        kinds.put("noise", fault((when, values) -> new Fault.NoiseBurst(when, values.get(DEVIATION)), DEVIATION));
        kinds.put("late", fault((when, values) -> new Fault.Late(when, values.get(LATE_BY)), LATE_BY));
        kinds.put("duplicate", fault((when, values) -> new Fault.Duplicate(when)));
        kinds.put("malformed", fault((when, values) -> new Fault.Malformed(when)));
        kinds.put("clock_skew", fault((when, values) -> new Fault.ClockSkew(when, values.get(SKEW)), SKEW));
        kinds.put("disconnect", fault((when, values) -> new Fault.Disconnect(when)));
        kinds.put("reconnect_storm", fault((when, values) -> new Fault.ReconnectStorm(when)));
        return kinds;
    }

    private static Shape<Fault> fault(BiFunction<When, Values, Fault> make, Key<?>... own) {
        List<Key<?>> keys = new ArrayList<>(List.of(RATE, EVERY, AFTER, LASTING));
        keys.addAll(List.of(own));
        return Keys.<Fault>of(values -> make.apply(when(values), values), keys.toArray(Key<?>[]::new))
                .either(RATE, EVERY)
                .checked(new Check(List.of(), (values, findings) -> {
                    if (values.has(AFTER) && values.has(RATE)) {
                        findings.add(values.place(AFTER), "is for faults with 'every' only");
                    }
                }))
                .checked(new Check(List.of(EVERY, LASTING), (values, findings) -> {
                    if (values.has(EVERY) && values.get(LASTING).compareTo(values.get(EVERY)) > 0) {
                        findings.add(values.place(LASTING), "must not be longer than 'every'");
                    }
                }));
    }

    private static When when(Values values) {
        Duration lasting = values.get(LASTING);
        return values.find(EVERY)
                .<When>map(every -> new Scheduled(every, values.find(AFTER).orElse(every), lasting))
                .orElseGet(() -> new AtRandom(values.get(RATE), lasting));
    }
}
