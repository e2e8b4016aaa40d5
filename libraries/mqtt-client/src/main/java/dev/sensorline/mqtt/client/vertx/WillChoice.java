package dev.sensorline.mqtt.client.vertx;

import java.util.Optional;
import java.util.Set;

import dev.sensorline.mqtt.client.Will;

/**
 * Whether the next CONNECT to a broker has the last will. A broker may refuse a connection because of its will: the client must not
 * publish on that topic, or nothing can be retained there. The connection matters more than its will, so it is tried once without,
 * at once. The attempt after that, and each later connection, has the will again. Belongs to the event loop.
 */
final class WillChoice {

    /** Why a broker may refuse a will (3.2.2.3; MQTT 5, 3.2.2.2). Many brokers say 0x80 or 0x83 in place of a reason. */
    private static final Set<Integer> REFUSALS = Set.of(
            Reasons.REFUSED_NOT_AUTHORIZED,
            Reasons.UNSPECIFIED_ERROR,
            Reasons.IMPLEMENTATION_ERROR,
            Reasons.NOT_AUTHORIZED,
            Reasons.TOPIC_NAME_INVALID,
            Reasons.PACKET_TOO_LARGE,
            Reasons.PAYLOAD_FORMAT_INVALID,
            Reasons.RETAIN_UNSUPPORTED,
            Reasons.QOS_UNSUPPORTED);

    private final Optional<Will> wanted;
    private boolean isLeftOut;
    /** Whether the broker has accepted a connection with the will. */
    private boolean isKnown;

    WillChoice(Optional<Will> wanted) {
        this.wanted = wanted;
    }

    /** That of the next CONNECT. */
    Optional<Will> will() {
        return isLeftOut ? Optional.empty() : wanted;
    }

    boolean isLeftOut() {
        return isLeftOut;
    }

    void accepted() {
        isKnown |= !isLeftOut;
    }

    /**
     * A connection has ended. Returns whether one without the will is to be tried at once.
     *
     * @param refusalCode of CONNACK; 0 if there was none
     */
    boolean ended(VersionChoice.Answer answer, int refusalCode) {
        boolean mayBeBecauseOfWill = answer == VersionChoice.Answer.REFUSED && REFUSALS.contains(refusalCode)
                || answer == VersionChoice.Answer.CLOSED && !isKnown;
        isLeftOut = wanted.isPresent() && !isLeftOut && mayBeBecauseOfWill;
        return isLeftOut;
    }
}
