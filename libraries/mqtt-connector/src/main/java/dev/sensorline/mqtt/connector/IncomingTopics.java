package dev.sensorline.mqtt.connector;

import java.util.List;

/** What incoming channels subscribe to, for applications that work it out: where no key of the channel says it. */
public interface IncomingTopics {

    /** Topic filters of a channel; where there are none it gets what the broker has kept for its session, and nothing else. */
    List<String> topics(String channel);
}
