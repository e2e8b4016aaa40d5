package dev.sensorline.mqtt.connector;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;

import org.eclipse.microprofile.reactive.messaging.Message;

import dev.sensorline.points.Reading;

/** A subscriber that takes batches and acknowledges them when a test says so. */
final class Batches implements Flow.Subscriber<Message<List<Reading>>> {

    final List<Message<List<Reading>>> received = new CopyOnWriteArrayList<>();
    private final long demand;
    private boolean acknowledgesAll;

    Batches() {
        this(Long.MAX_VALUE);
    }

    /** @param demand how many batches are requested at first */
    Batches(long demand) {
        this.demand = demand;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(demand);
    }

    @Override
    public synchronized void onNext(Message<List<Reading>> batch) {
        received.add(batch);
        if (acknowledgesAll) {
            batch.ack();
        }
    }

    @Override
    public void onError(Throwable failure) {
        throw new AssertionError(failure);
    }

    @Override
    public void onComplete() {
        throw new AssertionError("the channel never ends");
    }

    /** Acknowledges the batches that are there and those that come. */
    synchronized void acknowledgeAll() {
        acknowledgesAll = true;
        received.forEach(Message::ack);
    }

    List<Reading> readings() {
        return received.stream().flatMap(batch -> batch.getPayload().stream()).toList();
    }

    int count() {
        return readings().size();
    }

    List<Integer> sizes() {
        return received.stream().map(batch -> batch.getPayload().size()).toList();
    }

    List<List<String>> payloads() {
        return received.stream()
                .map(batch -> batch.getPayload().stream()
                        .map(reading -> new String(reading.payload(), StandardCharsets.UTF_8))
                        .toList())
                .toList();
    }
}
