package dev.sensorline.fleet.verify;

import java.util.Map;

/**
 * What was found of a group.
 *
 * @param joinedBy  how points and readings were joined
 * @param isArrival whether stored times are those of arrival
 * @param readings  how many were due
 * @param findings  how many there are of each, without those that there are none of
 * @param ambiguous points joined by value whose reading has a neighbour of the same value: which of both is stored cannot be told
 * @param reordered points that arrived behind one of a later reading
 */
public record GroupReport(
        String name,
        JoinedBy joinedBy,
        boolean isArrival,
        long readings,
        Map<Finding, Long> findings,
        long ambiguous,
        long reordered,
        long meanLatenessMicros,
        long mostLatenessMicros) {

    /** How points and readings were joined. */
    public enum JoinedBy {
        SEQUENCE("number"),
        TIME("time and value"),
        VALUE("value and order");

        private final String text;

        JoinedBy(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }
}
