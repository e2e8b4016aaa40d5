package dev.sensorline.points;

/**
 * A reading that is dropped knowingly: neither stored nor set aside.
 *
 * @param reading the reading as it arrived
 */
public record Ignored(Reading reading, Reason reason) implements Decoded {

    /** Why a reading is dropped. The key appears in metrics. */
    public enum Reason {
        /** It says that there is no value. */
        EMPTY("empty"),
        /** It does not fulfil the condition of any rule of its topic. */
        CONDITION("when"),
        /** Its rule says so. */
        RULE("ignore");

        private final String key;

        Reason(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }
}
