package dev.sensorline.console.inbound;

import java.util.List;
import java.util.function.Consumer;

import dev.sensorline.console.live.LiveSensors;
import dev.sensorline.console.rejected.RejectedReadings;
import dev.sensorline.console.settings.ConsoleTopics;
import dev.sensorline.console.status.Ingestors;
import dev.sensorline.console.watch.WatchMessages;
import dev.sensorline.points.Point;
import dev.sensorline.points.Reading;

/**
 * The way of what arrives: a reading → its points → the sensors in memory; a rejected reading, the status of an ingestor, and
 * what the watch publishes → what holds them. Belongs to the live thread.
 */
public final class Intake implements Consumer<List<Reading>> {

    private final ConsoleTopics topics;
    private final ReadingDecoder decoder;
    private final LiveSensors sensors;
    private final RejectedReadings rejected;
    private final Ingestors ingestors;
    private final WatchMessages watching;

    public Intake(
            ConsoleTopics topics,
            ReadingDecoder decoder,
            LiveSensors sensors,
            RejectedReadings rejected,
            Ingestors ingestors,
            WatchMessages watching) {
        this.topics = topics;
        this.decoder = decoder;
        this.sensors = sensors;
        this.rejected = rejected;
        this.ingestors = ingestors;
        this.watching = watching;
    }

    @Override
    public void accept(List<Reading> batch) {
        for (Reading message : batch) {
            switch (topics.of(message.topic())) {
                case READING -> acceptReading(message);
                case REJECTED -> rejected.add(message.payload());
                case STATUS -> ingestors.report(topics.clientOf(message.topic()), message.payload());
                case OTHER -> watching.take(message.topic(), message.payload(), message.isRetained());
            }
        }
    }

    private void acceptReading(Reading reading) {
        int bytes = Inbox.bytes(reading);
        sensors.arrived(bytes);
        List<Point> points = decoder.decode(reading);
        for (Point point : points) {
            sensors.add(point, bytes / points.size(), !reading.isRetained());
        }
    }
}
