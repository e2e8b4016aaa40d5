package dev.sensorline.mqtt.client.vertx;

/** The state of a session as a log reader sees it: each change is one line. */
enum State {
    STOPPED,
    CONNECTED,
    /** The broker cannot be reached, or has closed the connection. */
    AWAY,
    /** The broker refuses the connection. */
    REFUSED,
    /** The broker's certificate is not accepted, or the broker does not accept the client's. */
    UNTRUSTED
}
