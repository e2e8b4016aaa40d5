package dev.sensorline.ingestor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Keeps the messages, for a test to acknowledge. */
public final class FakeEmitter implements Emitter<byte[]> {

    public final List<Message<byte[]>> messages = new ArrayList<>();
    public RuntimeException failure;

    @Override
    public CompletionStage<Void> send(byte[] payload) {
        throw new UnsupportedOperationException();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <M extends Message<? extends byte[]>> void send(M message) {
        if (failure != null) {
            throw failure;
        }
        messages.add((Message<byte[]>) message);
    }

    @Override
    public void complete() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void error(Exception failure) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public boolean hasRequests() {
        return true;
    }
}
