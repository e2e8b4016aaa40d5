package dev.sensorline.mqtt.client.vertx;

import org.jboss.logging.Logger;

import dev.sensorline.connections.StateLog;
import dev.sensorline.mqtt.client.SessionOptions;
import dev.sensorline.mqtt.client.SessionOptions.Broker;

/** What a session knows of one of its brokers. Belongs to the event loop. */
final class KnownBroker {

    final Broker broker;
    final VersionChoice version;
    final WillChoice will;
    final StateLog<State> log;
    /** In seconds. */
    final StateLog<Long> sessionExpiryLog;
    /** Whether the connection has no last will, although one is wanted. */
    final StateLog<Boolean> willLog;

    KnownBroker(Broker broker, SessionOptions options, Logger log) {
        this.broker = broker;
        this.version = new VersionChoice(options.version());
        this.will = new WillChoice(options.will());
        this.log = new StateLog<>(log, State.STOPPED);
        this.sessionExpiryLog = new StateLog<>(log, options.sessionExpirySeconds());
        this.willLog = new StateLog<>(log, false);
    }

    /** Whether the last attempt to connect has failed, or the connection has ended. */
    boolean isDown() {
        return log.state() != State.STOPPED && log.state() != State.CONNECTED;
    }
}
