package dev.sensorline.points;

/** Why something in a valid message is dropped, and neither becomes a point nor is set aside. The key appears in metrics. */
public enum Ignored {
    /** A message that says that there is no value, or in which an object or an array of points has no members or elements. */
    EMPTY("empty"),
    /** A document that does not fulfil the condition of any rule of its topic. */
    CONDITION("when"),
    /** A message or a document that its rule drops. */
    RULE("ignore"),
    /** A member or an element, beside others, that has none of the fields. */
    NO_FIELDS("no_fields"),
    /** A member that cannot be a field, because of its name or its type. */
    NOT_A_FIELD("not_a_field"),
    /** A message, or something in it, that belongs to a protocol and is no reading: a death, a command. */
    NOT_A_READING("not_a_reading");

    private final String key;

    Ignored(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }
}
