package dev.sensorline.fleet.verify;

import java.util.List;

import dev.sensorline.fleet.ledger.LedgerHeader;
import dev.sensorline.fleet.verify.Finding.Subject;

/**
 * What was found.
 *
 * @param isComplete  whether the end of the ledger was written
 * @param readings    how many the ledger has
 * @param otherPoints points of sensors that the ledger does not have
 * @param examples    some points and gaps without an explanation
 */
public record Report(
        LedgerHeader header,
        boolean isComplete,
        long readings,
        List<GroupReport> groups,
        long otherPoints,
        List<String> examples) {

    /** How many points or gaps have no explanation. */
    public long unexplained(Subject subject) {
        return (subject == Subject.POINT ? otherPoints : 0)
                + groups.stream()
                        .flatMap(group -> group.findings().entrySet().stream())
                        .filter(found -> found.getKey().subject() == subject
                                && !found.getKey().isExplained())
                        .mapToLong(found -> found.getValue())
                        .sum();
    }

    /** Whether each point and each gap has an explanation. */
    public boolean isExplained() {
        return unexplained(Subject.POINT) == 0 && unexplained(Subject.GAP) == 0;
    }
}
