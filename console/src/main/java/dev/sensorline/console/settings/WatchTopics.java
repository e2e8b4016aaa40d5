package dev.sensorline.console.settings;

import java.util.List;

/** The topics of the watch, all below the prefix of the services. Immutable. */
public final class WatchTopics {

    private static final String STATE = "/state";

    private final String sensors;
    private final String beat;

    /** Topics of a console; it does not receive the beats of others. */
    public WatchTopics(ConsoleConfig config) {
        String prefix = config.sensorline().prefix();
        this.sensors = prefix + "/sensors/";
        // A client id may have characters that a topic level must not have.
        this.beat = prefix + "/consoles/" + config.mqtt().clientId().replaceAll("[+#/\\p{Cntrl}]", "_") + "/beat";
    }

    /** What to subscribe to: the states of all sensors, and the beats of this console. */
    public List<String> filters() {
        return List.of(sensors + "+" + STATE, beat);
    }

    /** The topic of a sensor's state. */
    public String ofState(String id) {
        return sensors + id + STATE;
    }

    public String ofBeat() {
        return beat;
    }

    public boolean isState(String topic) {
        return topic.startsWith(sensors) && topic.endsWith(STATE);
    }

    public boolean isBeat(String topic) {
        return topic.equals(beat);
    }
}
