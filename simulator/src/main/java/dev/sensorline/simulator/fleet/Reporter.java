package dev.sensorline.simulator.fleet;

/** Tells people or machines about a run. Called on one of its threads. */
public interface Reporter {

    /** Something has changed that a log should have: a line. */
    void event(String line);

    /** The run cannot go on. */
    void failure(Throwable failure);

    /** The run ends, because no broker has accepted a connection in the time that there was for that. */
    void unreachable(String reason);

    /** How it goes, about once a second: a line. */
    void progress(String line);

    /** What came of it: lines for people, and an object of JSON for machines. */
    void result(String text, String json);
}
