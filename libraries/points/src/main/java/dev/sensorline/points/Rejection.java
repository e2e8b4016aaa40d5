package dev.sensorline.points;

/**
 * A reading that is set aside.
 *
 * @param reading as it arrived
 * @param reason  why
 * @param detail  what a person needs to know beyond the reason, or null
 */
public record Rejection(Reading reading, Reason reason, String detail) implements Decoded {

    /** Why a reading is set aside; the key stands in metrics, logs and on the topic of rejected readings. */
    public enum Reason {

        EMPTY("empty"),
        TOO_LARGE("too_large"),
        NOT_UTF8("not_utf8"),
        NOT_A_NUMBER("not_a_number"),
        NOT_FINITE("not_finite"),
        MALFORMED_JSON("malformed_json"),
        NO_VALUE("no_value"),
        BAD_TIME("bad_time"),
        NOT_A_TAG("not_a_tag"),
        NO_RULE("no_rule"),
        REFUSED_BY_STORE("refused_by_store");

        private final String key;

        Reason(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }
}
