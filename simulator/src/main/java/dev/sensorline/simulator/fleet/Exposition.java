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
    Exposition gauge(String name, String help, long value) {
        return family(name, "gauge", help).sample(name, value);
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

    Exposition sample(String name, long value) {
        text.append(name).append(' ').append(value).append('\n');
        return this;
    }

    Exposition sample(String name, double value) {
        text.append(name).append(' ').append(value).append('\n');
        return this;
    }

    /** The name of a sample with a label, whose value has no quotation marks and backslashes. */
    static String labelled(String name, String label, String value) {
        return name + '{' + label + "=\"" + value + "\"}";
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
