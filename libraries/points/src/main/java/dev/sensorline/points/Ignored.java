package dev.sensorline.points;

/** Why something in a valid message is dropped, and neither becomes a point nor is set aside. The key appears in metrics. */
public enum Ignored {
    /** A message in which an object or an array of points has no members or elements. */
    EMPTY("empty"),
    /** A member or an element, beside others, that has none of the fields. */
    NO_FIELDS("no_fields"),
    /** A member that cannot be a field, because of its name or its type. */
    NOT_A_FIELD("not_a_field");

    private final String key;

    Ignored(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }
}
