package dev.sensorline.ingestor;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import dev.sensorline.servers.KafkaBroker;

/** A Kafka broker that the tests of a class share. */
final class KafkaExtension implements BeforeAllCallback, AfterAllCallback {

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

    /** A new stack, with its own MQTT broker, topic and store, over this Kafka broker. */
    KafkaStack stack() {
        return new KafkaStack(broker);
    }
}
