package dev.sensorline.console.stream;

/** The connection of a client. */
interface Outlet {

    /**
     * Sends bytes.
     *
     * @param taken runs on the live thread when the socket has taken them
     */
    void send(byte[] bytes, Runnable taken);
}
