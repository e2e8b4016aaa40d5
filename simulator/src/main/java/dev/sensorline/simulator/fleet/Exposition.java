package dev.sensorline.simulator.fleet;

/** Text in the format of Prometheus, version 0.0.4: families of samples, one after the other. For one thread. */
final class Exposition {

    /** The media type of the text. */
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder(4_096);

    /** A number that only grows. Its name ends with {@code _total}. */
    Exposition counter(String name, String help, long value) {
        return family(name, "counter", help).sample(name, value);
    }

    /** A number that is as it is now. */
    Exposition gauge(String name, String help, double value) {
        return family(name, "gauge", help).sample(name, value);
    }

    /**
     * Begins a family. Its samples follow.
     *
     * @param help a line without a backslash
     */
    Exposition family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    Exposition sample(String name, double value) {
        text.append(name);
        return value(value);
    }

    /** @param of the value of the label, without quotation marks and backslashes */
    Exposition sample(String name, String label, String of, double value) {
        text.append(name)
                .append('{')
                .append(label)
                .append("=\"")
                .append(of)
                .append("\"}");
        return value(value);
    }

    private Exposition value(double value) {
        text.append(' ');
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            text.append((long) value);
        } else {
            text.append(value);
        }
        text.append('\n');
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
