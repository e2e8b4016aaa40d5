package dev.sensorline.fleet.fault;

import java.util.Locale;

import dev.sensorline.fleet.Fault;

/** The kinds of faults. Several of them are a set of bits; their order is that of the bits, which ledgers keep. */
public enum FaultKind {
    DROPOUT(Fault.Dropout.class),
    STUCK(Fault.Stuck.class),
    SPIKE(Fault.Spike.class),
    DRIFT(Fault.Drift.class),
    OFFSET(Fault.Offset.class),
    NOISE(Fault.NoiseBurst.class),
    LATE(Fault.Late.class),
    DUPLICATE(Fault.Duplicate.class),
    MALFORMED(Fault.Malformed.class),
    CLOCK_SKEW(Fault.ClockSkew.class),
    DISCONNECT(Fault.Disconnect.class),
    RECONNECT_STORM(Fault.ReconnectStorm.class);

    private final Class<? extends Fault> type;
    private final String key;

    FaultKind(Class<? extends Fault> type) {
        this.type = type;
        this.key = name().toLowerCase(Locale.ROOT);
    }

    /** The kind of a fault. */
    public static FaultKind of(Fault fault) {
        for (FaultKind kind : values()) {
            if (kind.type.isInstance(fault)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of " + fault);
    }

    /** Its name in a fleet file. */
    public String key() {
        return key;
    }

    /** Its bit in a set of kinds. */
    public int bit() {
        return 1 << ordinal();
    }

    /** Whether it is in a set of kinds. */
    public boolean isIn(int kinds) {
        return (kinds & bit()) != 0;
    }
}
