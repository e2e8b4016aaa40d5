package dev.sensorline.ingestor.settings;

/** Names of the incoming channels, as application.properties configures them. */
public final class Channels {

    /** Readings from MQTT, in batches: in the roles whole and bridge. */
    public static final String READINGS = "readings";

    /** Points from Kafka, what it had for one poll: in the role writer. */
    public static final String RECORDS = "records";

    private Channels() {
    }
}
