package dev.sensorline.fleet.sparkplug;

/**
 * A metric of a command: a host application writes a value.
 *
 * @param name  empty if it has only an alias
 * @param alias {@link #NO_ALIAS} if it has none
 * @param value a flag is 1 or 0; NaN if there is none, or a text, for instance
 */
record MetricWrite(String name, long alias, double value) {

    static final long NO_ALIAS = -1;

    boolean isTrue() {
        return value == 1;
    }

    /** For people: without control characters and not too long. */
    String words() {
        String text = name.isEmpty() ? "alias " + alias : name;
        return text.substring(0, Math.min(text.length(), 100)).replaceAll("\\p{Cntrl}", "?");
    }
}
