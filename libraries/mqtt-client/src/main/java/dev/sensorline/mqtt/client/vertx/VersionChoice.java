package dev.sensorline.mqtt.client.vertx;

import dev.sensorline.mqtt.client.ProtocolVersion;

/**
 * Which version of MQTT the next CONNECT to a broker has. Where that is left to the session, it begins with MQTT 5 and tries 3.1.1 if
 * the broker does not accept that. What the broker has answered is remembered. If it has not answered at all, it may have been busy
 * or out of reach: 3.1.1 is tried once, and after that connection MQTT 5 again. Belongs to the event loop.
 */
final class VersionChoice {

    /** What the broker has answered to CONNECT. */
    enum Answer {
        ACCEPTED,
        /** It does not support the version, or answers in another one. */
        UNSUPPORTED,
        /** It has refused the connection for another reason. */
        REFUSED,
        /** It has closed the connection, as brokers do that do not know MQTT 5. */
        CLOSED,
        /** Nothing in time. */
        NONE
    }

    private final boolean isFixed;
    /** Never {@link ProtocolVersion#AUTO}. */
    private ProtocolVersion version;
    /** Whether the broker has accepted a connection with this version, which is not tried for once only. */
    private boolean isKnown;
    /** Whether the older version is tried because the broker has not answered to MQTT 5. */
    private boolean isForOnce;

    VersionChoice(ProtocolVersion wanted) {
        isFixed = wanted != ProtocolVersion.AUTO;
        version = isFixed ? wanted : ProtocolVersion.V5;
    }

    ProtocolVersion version() {
        return version;
    }

    void accepted() {
        isKnown = !isForOnce;
    }

    /** A connection has ended. Returns whether the older version is to be tried at once. */
    boolean ended(Answer answer) {
        if (isFixed) {
            return false;
        }
        boolean wasVersion5 = version == ProtocolVersion.V5;
        boolean isUnsupported = answer == Answer.UNSUPPORTED || answer == Answer.CLOSED && !isKnown;
        boolean isUnanswered = answer == Answer.NONE && !isKnown;
        if (isUnsupported || isUnanswered) {
            version = wasVersion5 ? ProtocolVersion.V3_1_1 : ProtocolVersion.V5;
            isKnown = false;
            isForOnce = wasVersion5 && isUnanswered;
            return wasVersion5;
        }
        if (isForOnce) {
            version = ProtocolVersion.V5;
            isForOnce = false;
        }
        return false;
    }
}
