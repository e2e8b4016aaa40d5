package dev.sensorline.console.inbound;

import java.util.List;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

import dev.sensorline.points.Reading;

/** All that arrives from the broker. Nothing is held up: what is too much for the inbox is dropped there. */
@ApplicationScoped
public class MessageChannel {

    /** The channel, as application.properties configures it. */
    public static final String CHANNEL = "messages";

    private final Inbox inbox;

    MessageChannel(Inbox inbox) {
        this.inbox = inbox;
    }

    /** On the connection's event loop. */
    @Incoming(CHANNEL)
    CompletionStage<Void> arrived(Message<List<Reading>> batch) {
        inbox.add(batch.getPayload());
        return batch.ack();
    }
}
