package dev.sensorline.ingestor;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import dev.sensorline.servers.KafkaBroker;

/** A broker of Kafka for all tests of a class. */
final class RunningKafka implements BeforeAllCallback, AfterAllCallback {

    private KafkaBroker broker;

    @Override
    public void beforeAll(ExtensionContext context) {
        broker = KafkaBroker.start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        broker.close();
    }

    KafkaBroker broker() {
        return broker;
    }

    /** A path of its own over this broker. */
    KafkaPath path() {
        return new KafkaPath(broker);
    }
}
