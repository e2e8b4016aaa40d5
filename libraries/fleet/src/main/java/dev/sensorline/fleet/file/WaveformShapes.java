package dev.sensorline.fleet.file;

import java.time.Duration;
import java.time.LocalTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.sensorline.fleet.Seeds;
import dev.sensorline.fleet.waveform.Clamp;
import dev.sensorline.fleet.waveform.Constant;
import dev.sensorline.fleet.waveform.Counter;
import dev.sensorline.fleet.waveform.DayCurve;
import dev.sensorline.fleet.waveform.Gaussian;
import dev.sensorline.fleet.waveform.GpsTrack;
import dev.sensorline.fleet.waveform.GpsTrack.Coordinate;
import dev.sensorline.fleet.waveform.OnOff;
import dev.sensorline.fleet.waveform.Product;
import dev.sensorline.fleet.waveform.RandomWalk;
import dev.sensorline.fleet.waveform.Reseeded;
import dev.sensorline.fleet.waveform.Sawtooth;
import dev.sensorline.fleet.waveform.SensorType;
import dev.sensorline.fleet.waveform.Sine;
import dev.sensorline.fleet.waveform.Square;
import dev.sensorline.fleet.waveform.StepSine;
import dev.sensorline.fleet.waveform.Sum;
import dev.sensorline.fleet.waveform.Track;
import dev.sensorline.fleet.waveform.Track.Place;
import dev.sensorline.fleet.waveform.Uniform;
import dev.sensorline.fleet.waveform.Waveform;

/** What a file says of waveforms. */
final class WaveformShapes {

    /** A waveform, which may contain others. */
    static final Shape<Waveform> WAVEFORM = new Shared<>("waveform", WaveformShapes::any);

    private static final Length PERIOD_LENGTH = Length.atLeast(Duration.ofMillis(1));
    private static final Numbers PART = new Numbers(0, 1);
    private static final int MOST_PARTS = 100;
    private static final int MOST_PLACES = 1_000;

    private static final Key<Double> MIN = Key.required("min", "least value", Numbers.ANY);
    private static final Key<Double> MAX = Key.required("max", "greatest value", Numbers.ANY);
    private static final Key<Double> MEAN = Key.optional("mean", "value in the middle", Numbers.ANY, 0.0);
    private static final Key<Double> LOW = Key.optional("low", "lower value", Numbers.ANY, 0.0);
    private static final Key<Double> HIGH = Key.optional("high", "higher value", Numbers.ANY, 1.0);
    private static final Key<Double> DEVIATION =
            Key.required("deviation", "standard deviation, in the unit of the values", new Numbers(0, 1e15));
    private static final Key<Duration> PERIOD = Key.required("period", "length of a cycle", PERIOD_LENGTH);
    private static final Key<Double> PHASE =
            Key.optional("phase", "part of the period by which it is ahead", new Numbers(-1, 1), 0.0);
    private static final Key<Double> SPREAD =
            Key.optional("spread", "how much it varies at random: 0 not at all, 1 by as much as itself", PART, 0.0);

    private static final Key<Double> VALUE = Key.required("value", "the value", Numbers.ANY);
    private static final Key<Double> AMPLITUDE =
            Key.required("amplitude", "greatest distance from the mean", Numbers.ANY);
    private static final Key<Double> DUTY = Key.optional("duty", "part of the period in which it is high", PART, 0.5);
    private static final Key<Double> START = Key.required("start", "first value", Numbers.ANY);
    private static final Key<LocalTime> PEAK = Key.optional(
            "peak",
            "time of day of the greatest value, in UTC",
            new Mapped<>(
                    new Words("a time of day such as '15:00'", "^([01][0-9]|2[0-3]):[0-5][0-9]$"), LocalTime::parse),
            LocalTime.of(15, 0));
    private static final Key<Double> COUNT_START = Key.optional("start", "first value", new Numbers(0, 1e15), 0.0);
    private static final Key<Double> INCREMENT =
            Key.optional("increment", "by how much it grows at each reading", new Numbers(0, 1e15), 1.0);
    private static final Key<Double> WRAP = Key.optional(
            "wrap", "value at which it begins at 0 again; never if it is left out", new Numbers(1e-9, 1e15));
    private static final Key<Double> ON = Key.optional("on_value", "value while it is on", Numbers.ANY, 1.0);
    private static final Key<Double> OFF = Key.optional("off_value", "value while it is off", Numbers.ANY, 0.0);
    private static final Key<Duration> ON_FOR = Key.required("on_for", "how long it is on", PERIOD_LENGTH);
    private static final Key<Duration> OFF_FOR = Key.required("off_for", "how long it is off then", PERIOD_LENGTH);

    private static final Key<Double> LATITUDE =
            Key.required("lat", "latitude in degrees, north positive", new Numbers(-90, 90));
    private static final Key<Double> LONGITUDE =
            Key.required("lon", "longitude in degrees, east positive", new Numbers(-180, 180));
    private static final Key<List<Place>> PLACES = Key.required(
            "points",
            "places in the order in which they are passed; driven there and back, or round and round if the last is the first",
            new ListOf<>(
                    Keys.of(values -> new Place(values.get(LATITUDE), values.get(LONGITUDE)), LATITUDE, LONGITUDE),
                    2,
                    MOST_PLACES));
    private static final Key<Double> SPEED = Key.required("speed", "in m/s", new Numbers(0, 1e5));
    private static final Key<Coordinate> COORDINATE =
            Key.required("coordinate", "what is measured", Choice.of(Coordinate.values()));

    private static final Shape<List<Waveform>> PARTS = new ListOf<>(WAVEFORM, 1, MOST_PARTS);
    private static final Key<Waveform> OF = Key.required("of", "the waveform", WAVEFORM);

    private WaveformShapes() {}

    private static Shape<Waveform> any() {
        return ANY;
    }

    private static final Shape<Waveform> ANY = new Variants<>("a waveform", kinds());

    private static Map<String, Shape<? extends Waveform>> kinds() {
        Map<String, Shape<? extends Waveform>> kinds = new LinkedHashMap<>();
        kinds.put("temperature", random(values -> SensorType.TEMPERATURE.waveform()));
        kinds.put("pressure", random(values -> SensorType.PRESSURE.waveform()));
        kinds.put("current", Keys.of(values -> new StepSine()));
        kinds.put("acceleration", Keys.of(values -> SensorType.ACCELERATION.waveform()));
        kinds.put("constant", Keys.of(values -> new Constant(values.get(VALUE)), VALUE));
        kinds.put(
                "uniform",
                random(values -> new Uniform(values.get(MIN), values.get(MAX)), MIN, MAX)
                        .checked(ordered(MIN, MAX)));
        kinds.put("gaussian", random(values -> new Gaussian(values.get(MEAN), values.get(DEVIATION)), MEAN, DEVIATION));
        kinds.put(
                "sine",
                Keys.of(
                        values -> new Sine(
                                values.get(MEAN), values.get(AMPLITUDE), nanos(values, PERIOD), values.get(PHASE)),
                        MEAN,
                        AMPLITUDE,
                        PERIOD,
                        PHASE));
        kinds.put(
                "square",
                Keys.of(
                        values -> new Square(
                                values.get(LOW),
                                values.get(HIGH),
                                nanos(values, PERIOD),
                                values.get(DUTY),
                                values.get(PHASE)),
                        LOW,
                        HIGH,
                        PERIOD,
                        DUTY,
                        PHASE));
        kinds.put(
                "sawtooth",
                Keys.of(
                        values -> new Sawtooth(
                                values.get(LOW), values.get(HIGH), nanos(values, PERIOD), values.get(PHASE)),
                        LOW,
                        HIGH,
                        PERIOD,
                        PHASE));
        kinds.put(
                "walk",
                random(
                                values -> new RandomWalk(
                                        values.get(START), values.get(DEVIATION), values.get(MIN), values.get(MAX)),
                                START,
                                DEVIATION,
                                MIN,
                                MAX)
                        .checked(apart(MIN, MAX))
                        .checked(ordered(MIN, START))
                        .checked(ordered(START, MAX)));
        kinds.put(
                "day",
                Keys.of(
                                values -> new DayCurve(
                                        values.get(MIN),
                                        values.get(MAX),
                                        values.get(PEAK).toNanoOfDay()),
                                MIN,
                                MAX,
                                PEAK)
                        .checked(ordered(MIN, MAX)));
        kinds.put(
                "counter",
                random(
                        values -> new Counter(
                                values.get(COUNT_START),
                                values.get(INCREMENT),
                                values.get(SPREAD),
                                values.find(WRAP).orElse(Double.POSITIVE_INFINITY)),
                        COUNT_START,
                        INCREMENT,
                        SPREAD,
                        WRAP));
        kinds.put(
                "states",
                random(
                        values -> new OnOff(
                                values.get(ON),
                                values.get(OFF),
                                nanos(values, ON_FOR),
                                nanos(values, OFF_FOR),
                                values.get(SPREAD)),
                        ON,
                        OFF,
                        ON_FOR,
                        OFF_FOR,
                        SPREAD));
        kinds.put("gps", gps());
        kinds.put("replay", ReplayShape.REPLAY);
        kinds.put("sum", new Mapped<>(PARTS, Sum::new));
        kinds.put("product", new Mapped<>(PARTS, Product::new));
        kinds.put(
                "clamp",
                Keys.of(values -> new Clamp(values.get(OF), values.get(MIN), values.get(MAX)), OF, MIN, MAX)
                        .checked(ordered(MIN, MAX)));
        kinds.put(
                "noise",
                Keys.of(
                        values -> new Sum(
                                List.of(values.get(OF), reseeded(values, new Gaussian(0, values.get(DEVIATION))))),
                        OF,
                        DEVIATION));
        return kinds;
    }

    /** Not reseeded: the coordinates of one sensor belong to one place. */
    private static Shape<Waveform> gps() {
        return Keys.<Waveform>of(
                        values ->
                                new GpsTrack(new Track(values.get(PLACES)), values.get(SPEED), values.get(COORDINATE)),
                        PLACES,
                        SPEED,
                        COORDINATE)
                .checked(new Check(List.of(PLACES), (values, findings) -> {
                    if (values.find(PLACES).orElse(List.of()).stream()
                                    .distinct()
                                    .count()
                            == 1) {
                        findings.add(values.place(PLACES), "must have two places that differ");
                    }
                }));
    }

    private static Keys<Waveform> random(Function<Values, Waveform> make, Key<?>... keys) {
        return Keys.of(values -> reseeded(values, make.apply(values)), keys);
    }

    /** By the way to it in the file, so that a change elsewhere leaves its readings as they are. */
    private static Waveform reseeded(Values values, Waveform waveform) {
        return new Reseeded(waveform, Seeds.of(0, values.place().key()));
    }

    private static long nanos(Values values, Key<Duration> key) {
        return values.get(key).toNanos();
    }

    /** One value must not be greater than another. */
    private static Check ordered(Key<Double> lesser, Key<Double> greater) {
        return new Check(List.of(lesser, greater), (values, findings) -> {
            if (compare(values, lesser, greater) > 0) {
                findings.add(
                        values.place(lesser),
                        "must not be greater than %s, which is %s"
                                .formatted(greater.name(), Numbers.shown(values.get(greater))));
            }
        });
    }

    private static Check apart(Key<Double> lesser, Key<Double> greater) {
        return new Check(List.of(lesser, greater), (values, findings) -> {
            if (compare(values, lesser, greater) == 0) {
                findings.add(values.place(lesser), "must be less than %s".formatted(greater.name()));
            }
        });
    }

    private static int compare(Values values, Key<Double> one, Key<Double> other) {
        return Double.compare(values.get(one), values.get(other));
    }
}
