package dev.sensorline.mqtt.connector;

import java.time.Duration;
import java.util.List;

import dev.sensorline.mqtt.client.ProtocolVersion;
import dev.sensorline.mqtt.client.SessionOptions;

/** All keys of the connector. The tables of this module's README repeat them; a test compares. */
final class ChannelKeys {

    static final Key<String> HOST = new Key<>(
            "host",
            String.class,
            "localhost",
            "Name or address of the broker, or of several, separated by commas, each with its own port if need be: `broker:1884`, "
                    + "`[::1]:1884`. Of several, one is used until it fails, then the next one");
    static final Key<Integer> PORT = new Key<>(
            "port",
            Integer.class,
            null,
            "Port of the brokers that name none of their own. Default: 1883, with TLS 8883");
    static final Key<String> SERVER_NAME = new Key<>(
            "server-name",
            String.class,
            null,
            "The name that the brokers' certificates must have. Default: the name in `host`, for each broker its own");
    static final Key<String> CLIENT_ID =
            new Key<>("client-id", String.class, "", "The client identifier; if it is empty, the broker assigns one");
    static final Key<String> USERNAME =
            new Key<>("username", String.class, null, "The user name. Not used if there is a `BrokerAccess` bean");
    static final Key<String> PASSWORD =
            new Key<>("password", String.class, null, "The password. Not used if there is a `BrokerAccess` bean");
    static final Key<Boolean> SSL = new Key<>(
            "ssl",
            Boolean.class,
            false,
            "TLS with the authorities that the machine trusts. A `BrokerAccess` bean can add files");
    static final Key<Transport> TRANSPORT = new Key<>(
            "transport",
            Transport.class,
            Transport.TCP,
            "`ws` and `wss`: MQTT over a WebSocket, `wss` with TLS as with `ssl`");
    static final Key<String> PATH = new Key<>("path", String.class, "/mqtt", "The path of the WebSocket");
    static final Key<Boolean> CLEAN_SESSION = new Key<>(
            "auto-clean-session",
            Boolean.class,
            true,
            "Whether the broker discards the session when a connection ends");
    static final Key<String> VERSION = new Key<>(
            "mqtt-version",
            String.class,
            ProtocolVersion.V3_1_1.toString(),
            "Version of MQTT: `3.1.1`, `5`, or `auto`: 5, or 3.1.1 if the broker does not accept that");
    static final Key<Duration> SESSION_EXPIRY = new Key<>(
            "session-expiry",
            Duration.class,
            null,
            "How long the broker keeps the session after a connection has ended, with MQTT 5. Default: for ever, or not at all "
                    + "with `auto-clean-session`");
    static final Key<Boolean> NO_LOCAL = new Key<>(
            "no-local",
            Boolean.class,
            false,
            "Whether the broker does not send back what the channels of this connection publish, with MQTT 5");
    static final Key<Integer> TOPIC_ALIASES = new Key<>(
            "topic-aliases",
            Integer.class,
            0,
            "How many topics the broker may number, so that it need not send them again, with MQTT 5, at most 256. Not with brokers "
                    + "that carry the numbers to another connection");
    static final Key<Integer> KEEP_ALIVE =
            new Key<>("keep-alive-seconds", Integer.class, 30, "Interval of PINGREQ, in seconds; never if 0");
    static final Key<Integer> CONNECT_TIMEOUT = new Key<>(
            "connect-timeout-seconds",
            Integer.class,
            60,
            "Limit for opening a connection, and for the broker's answer to CONNECT, in seconds");
    static final Key<Integer> LONGEST_PAUSE = new Key<>(
            "reconnect-interval-seconds",
            Integer.class,
            5,
            "The longest pause between two attempts to connect, in seconds");
    // With a lower limit, a larger packet would end the connection and, at QoS 1, come again for ever.
    static final Key<Integer> MAX_PACKET_SIZE = new Key<>(
            "max-message-size",
            Integer.class,
            SessionOptions.LARGEST_PACKET,
            "The most bytes of a packet from the broker; a larger one ends the connection");
    static final Key<String> WILL_TOPIC =
            new Key<>("will-topic", String.class, null, "Topic of the last will; set it together with `will-payload`");
    static final Key<String> WILL_PAYLOAD =
            new Key<>("will-payload", String.class, null, "Payload of the last will, as text");
    static final Key<Integer> WILL_QOS = new Key<>("will-qos", Integer.class, 0, "QoS of the last will");
    static final Key<Boolean> WILL_RETAIN =
            new Key<>("will-retain", Boolean.class, false, "Whether the broker retains the last will");
    static final Key<Duration> WILL_DELAY = new Key<>(
            "will-delay",
            Duration.class,
            null,
            "How long the broker waits for a new connection before it publishes the last will, with MQTT 5. Default: not at all");

    static final List<Key<?>> CONNECTION = List.of(
            HOST,
            PORT,
            SERVER_NAME,
            CLIENT_ID,
            USERNAME,
            PASSWORD,
            SSL,
            TRANSPORT,
            PATH,
            VERSION,
            CLEAN_SESSION,
            SESSION_EXPIRY,
            NO_LOCAL,
            TOPIC_ALIASES,
            KEEP_ALIVE,
            CONNECT_TIMEOUT,
            LONGEST_PAUSE,
            MAX_PACKET_SIZE,
            WILL_TOPIC,
            WILL_PAYLOAD,
            WILL_QOS,
            WILL_RETAIN,
            WILL_DELAY);

    static final Key<String> TOPICS = new Key<>(
            "topics",
            String.class,
            null,
            "Topic filters, separated by commas. Default: `topic`, else those of the `IncomingTopics` bean, else the channel's name");
    static final Key<String> TOPIC_FILTER =
            new Key<>("topic", String.class, null, "A single topic filter, if `topics` is not set");
    static final Key<Integer> SUBSCRIPTION_QOS = new Key<>(
            "qos",
            Integer.class,
            1,
            "QoS of the subscriptions, 0 or 1. QoS 2 is refused: it takes a second exchange for each message to prevent "
                    + "duplicates, which are recognised anyway");
    static final Key<Integer> BATCH_SIZE =
            new Key<>("batch-size", Integer.class, 5_000, "The most readings of a batch");
    static final Key<Duration> BATCH_AGE = new Key<>(
            "batch-age",
            Duration.class,
            Duration.ofMillis(180),
            "How long a reading lingers at most, so that others share its batch");
    static final Key<Integer> MAX_BATCHES_IN_FLIGHT = new Key<>(
            "max-batches-in-flight", Integer.class, 2, "The most batches that are emitted and not yet acknowledged");
    static final Key<Integer> BUFFER_SIZE = new Key<>(
            "buffer-size",
            Integer.class,
            20_000,
            "The most readings that are held, lingering or in flight, at most 65535; then nothing more is read");
    static final Key<Integer> BUFFER_BYTES =
            new Key<>("buffer-bytes", Integer.class, 16 << 20, "The most bytes of their topics and payloads");
    static final Key<Integer> MAX_PAYLOAD_SIZE = new Key<>(
            "max-payload-size",
            Integer.class,
            8_192,
            "The most bytes of a payload. Of a longer one only the first `excerpt-bytes` are kept");
    static final Key<Integer> EXCERPT_BYTES = new Key<>(
            "excerpt-bytes",
            Integer.class,
            256,
            "How many bytes of a longer payload are kept; no more than `max-payload-size`");
    static final Key<AcknowledgementOrder> ACKNOWLEDGEMENT_ORDER = new Key<>(
            "acknowledgement-order",
            AcknowledgementOrder.class,
            AcknowledgementOrder.RELAXED,
            "Acknowledgements are sent in the order of the messages; `relaxed`: except for readings that are held apart; `strict`: "
                    + "without exception");
    static final Key<String> IGNORED_PREFIX = new Key<>(
            "ignored-prefix",
            String.class,
            null,
            "Messages on this topic and below it are acknowledged and dropped, whatever filter they match: what the application "
                    + "publishes itself");

    static final Key<String> SUBSCRIPTIONS_TOPIC = new Key<>(
            "subscriptions-topic",
            String.class,
            null,
            "Topic on which the list of the topic filters that the session is subscribed to is kept, retained, so that those that "
                    + "are no longer configured are unsubscribed from. `+` and `#` are replaced by `_`. Default: no list is kept");

    static final List<Key<?>> INCOMING = List.of(
            TOPICS,
            TOPIC_FILTER,
            SUBSCRIPTION_QOS,
            BATCH_SIZE,
            BATCH_AGE,
            MAX_BATCHES_IN_FLIGHT,
            BUFFER_SIZE,
            BUFFER_BYTES,
            MAX_PAYLOAD_SIZE,
            EXCERPT_BYTES,
            ACKNOWLEDGEMENT_ORDER,
            IGNORED_PREFIX,
            SUBSCRIPTIONS_TOPIC);

    static final Key<String> TOPIC = new Key<>("topic", String.class, null, "The topic. Default: the channel's name");
    static final Key<Integer> QOS = new Key<>("qos", Integer.class, 0, "QoS, 0, 1 or 2");
    static final Key<Boolean> RETAIN =
            new Key<>("retain", Boolean.class, false, "Whether the broker retains the message");
    static final Key<Integer> WINDOW = new Key<>(
            "max-inflight-queue", Integer.class, 10, "The most messages that are published and not yet acknowledged");
    static final Key<Integer> MAX_TRIES = new Key<>(
            "max-tries",
            Integer.class,
            null,
            "On how many connections that end without its acknowledgement a message is published; it is the oldest such message "
                    + "that counts, for which the broker may have ended the connection. Default: no limit");
    static final Key<Duration> ACKNOWLEDGEMENT_TIMEOUT = new Key<>(
            "acknowledgement-timeout",
            Duration.class,
            null,
            "How long the broker may take to acknowledge a message while there is a connection; before twice as long it is given up. "
                    + "Default: no limit");

    static final List<Key<?>> OUTGOING = List.of(TOPIC, QOS, RETAIN, WINDOW, MAX_TRIES, ACKNOWLEDGEMENT_TIMEOUT);

    private ChannelKeys() {}
}
