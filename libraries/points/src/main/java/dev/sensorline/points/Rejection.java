package dev.sensorline.points;

import org.jspecify.annotations.Nullable;

/**
 * An invalid reading, to be set aside.
 *
 * @param reading the reading as it arrived
 * @param reason  why it is invalid
 * @param detail  an explanation for people, or null if the reason says everything
 */
public record Rejection(
        Reading reading, Reason reason, @Nullable String detail) implements Decoded {

    /** Why a reading is set aside. The key appears in metrics, logs and on the topic of rejected readings. */
    public enum Reason {
        EMPTY("empty"),
        TOO_LARGE("too_large"),
        NOT_UTF8("not_utf8"),
        NOT_A_NUMBER("not_a_number"),
        NOT_FINITE("not_finite"),
        MALFORMED_JSON("malformed_json"),
        MALFORMED("malformed"),
        NO_VALUE("no_value"),
        BAD_TIME("bad_time"),
        NOT_A_TAG("not_a_tag"),
        NO_RULE("no_rule"),
        TOO_MANY_POINTS("too_many_points"),
        REFUSED_BY_STORE("refused_by_store"),
        STORE_FULL("store_full"),
        STORE_ERROR("store_error");

        private final String key;

        Reason(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }
}
