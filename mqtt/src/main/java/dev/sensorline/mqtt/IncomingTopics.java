package dev.sensorline.mqtt;

import java.util.List;

/** What incoming channels subscribe to, for applications that work it out: where no key of the channel says it. */
public interface IncomingTopics {

    /** Topic filters of a channel. */
    List<String> topics(String channel);
}
