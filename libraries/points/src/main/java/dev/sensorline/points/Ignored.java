package dev.sensorline.points;

/** Why something in a valid message is dropped, and neither becomes a point nor is set aside. The key appears in metrics. */
public enum Ignored {
    /** A message that says that there is no value. */
    EMPTY("empty"),
    /** A message that does not fulfil the condition of any rule of its topic. */
    CONDITION("when"),
    /** A message that its rule drops. */
    RULE("ignore");

    private final String key;

    Ignored(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }
}
