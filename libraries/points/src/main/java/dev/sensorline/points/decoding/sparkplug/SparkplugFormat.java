package dev.sensorline.points.decoding.sparkplug;

import java.io.IOException;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;

import dev.sensorline.points.Ignored;
import dev.sensorline.points.Reading;
import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.decoding.format.Documents;
import dev.sensorline.points.decoding.tokens.Tokens;
import dev.sensorline.points.rules.Rules;

/**
 * Messages of Sparkplug B. The metrics of a message that follow one another and have the same time are a document:
 *
 * <pre>{@code
 * {"group": "G", "node": "N", "device": "D", "type": "DDATA", "timestamp": 1700000000123,
 *  "metrics": {"Temperature": {"value": 21.5, "number": 21.5, "timestamp": 1700000000123, "datatype": "Double",
 *                             "properties": {"engUnit": "°C"}}}}
 * }</pre>
 *
 * {@code number} is there for numbers, times (milliseconds since 1970) and truths (1 and 0), {@code text} for texts,
 * {@code is_historical} where it is true, and {@code properties} that rules read, of the metric or of its birth. A metric that comes again in a message begins another document.
 * <p>
 * Names and types that only a birth says are remembered. A metric of which they are not known is never guessed: its message is set
 * aside, after the other metrics have become points, and the listener is told that the edge node has to be born again.
 * <p>
 * Belongs to the thread that decodes.
 */
public final class SparkplugFormat {

    static final String PROPERTIES = "properties";

    private final EdgeNodes nodes = new EdgeNodes();
    private final int mostMetrics;
    private final EdgeNodeListener listener;
    private final Tokens document = new Tokens();
    /** The metrics of the current document. */
    private final Set<String> names = new HashSet<>();

    private WantedProperties wanted;

    /** @param mostMetrics of a message, so many at most; one with more is rejected as a whole */
    public SparkplugFormat(Rules rules, int mostMetrics, EdgeNodeListener listener) {
        this.wanted = WantedProperties.of(rules);
        this.mostMetrics = mostMetrics;
        this.listener = listener;
    }

    /** Goes on with other rules. What births said stays; properties that only the new rules read come with the next births. */
    public void use(Rules rules) {
        wanted = WantedProperties.of(rules);
    }

    /**
     * Passes the metrics of a message to the extractors of the rule, one document after the other.
     *
     * @throws InvalidReadingException if the message is malformed, or has metrics that are not known; what has been passed remains
     *                                 valid
     */
    public void extract(Reading reading, Documents documents) throws InvalidReadingException {
        SparkplugTopic topic = SparkplugTopic.parse(reading.topic());
        switch (topic.type()) {
            case NBIRTH, DBIRTH, NDATA, DDATA -> readings(reading, topic, documents);
            case NDEATH, DDEATH -> {
                death(reading, topic);
                documents.drop(Ignored.NOT_A_READING);
            }
            case NCMD, DCMD, STATE -> documents.drop(Ignored.NOT_A_READING);
        }
    }

    /** A message cannot be read, because it is too long. If it is a birth, what an earlier one said may no longer be true. */
    public void skip(String topicName) throws InvalidReadingException {
        SparkplugTopic topic = SparkplugTopic.parse(topicName);
        EdgeNode node = nodes.find(topic.edgeNode());
        if (topic.type() == SparkplugTopic.Type.NBIRTH) {
            nodes.forget(topic.edgeNode());
        } else if (topic.type() == SparkplugTopic.Type.DBIRTH && node != null) {
            nodes.change(node, () -> node.forget(topic.device()));
        }
    }

    private void death(Reading reading, SparkplugTopic topic) throws InvalidReadingException {
        Payload payload = Payload.read(reading.payload(), mostMetrics, wanted);
        EdgeNode node = nodes.find(topic.edgeNode());
        if (node == null) {
            return;
        }
        if (topic.type() == SparkplugTopic.Type.DDEATH) {
            checkSequence(node, topic, payload);
            nodes.change(node, () -> node.forget(topic.device()));
        } else if (node.isEndedBy(payload)) {
            nodes.forget(topic.edgeNode());
        }
    }

    private void readings(Reading reading, SparkplugTopic topic, Documents documents) throws InvalidReadingException {
        Payload payload;
        try {
            payload = Payload.read(reading.payload(), mostMetrics, wanted);
        } catch (InvalidReadingException e) {
            skip(reading.topic());
            throw e;
        }
        Definitions definitions = definitions(topic, payload);
        int unknown = 0;
        for (Metric metric : payload.metrics()) {
            metric.complete(definitions);
            unknown += metric.isKnown() ? 0 : 1;
        }
        if (unknown > 0) {
            listener.hasUnknownMetrics(topic.group(), topic.node(), unknown);
            listener.needsRebirth(topic.group(), topic.node());
        }
        documents(topic, payload, documents);
        if (unknown > 0) {
            throw new InvalidReadingException(
                    Reason.NO_BIRTH,
                    "no birth says what %d of %d metrics are"
                            .formatted(unknown, payload.metrics().size()));
        }
    }

    /** Takes what a message says of its edge node, and returns what is known of its metrics. */
    private Definitions definitions(SparkplugTopic topic, Payload payload) {
        EdgeNode node = nodes.know(topic.edgeNode());
        if (topic.type() == SparkplugTopic.Type.NBIRTH) {
            nodes.change(node, () -> node.birth(payload));
        } else {
            checkSequence(node, topic, payload);
            if (topic.type() == SparkplugTopic.Type.DBIRTH) {
                nodes.change(node, () -> node.define(topic.device(), payload));
            }
        }
        return node.definitions(topic.device());
    }

    private void checkSequence(EdgeNode node, SparkplugTopic topic, Payload payload) {
        if (node.isAfterGap(payload.sequence())) {
            listener.hasGap(topic.group(), topic.node());
        }
        if (node.needsBirth()) {
            listener.needsRebirth(topic.group(), topic.node());
        }
    }

    private void documents(SparkplugTopic topic, Payload payload, Documents documents) throws InvalidReadingException {
        Long time = null;
        boolean isOpen = false;
        for (Metric metric : payload.metrics()) {
            Ignored dropped = dropped(metric);
            if (dropped != null) {
                documents.drop(dropped);
            } else if (metric.isKnown()) {
                Long own = metric.timestamp() == null ? payload.timestamp() : metric.timestamp();
                if (isOpen && (!Objects.equals(own, time) || names.contains(metric.name()))) {
                    end(documents);
                    isOpen = false;
                }
                if (!isOpen) {
                    begin(topic, own);
                }
                add(metric, own);
                time = own;
                isOpen = true;
            }
        }
        if (isOpen) {
            end(documents);
        } else if (payload.metrics().isEmpty()) {
            documents.drop(Ignored.EMPTY);
        }
    }

    /** Why a metric becomes no value; null if it has one, or is not known. */
    private static @Nullable Ignored dropped(Metric metric) {
        if (!metric.isKnown()) {
            return null;
        }
        if (metric.isNotToBeStored()) {
            return Ignored.NOT_A_READING;
        }
        if (!metric.hasValue()) {
            return Ignored.EMPTY;
        }
        return metric.isScalar() ? null : Ignored.NOT_A_FIELD;
    }

    private void begin(SparkplugTopic topic, @Nullable Long time) {
        names.clear();
        document.clear();
        document.startObject().name("group").text(topic.group()).name("node").text(topic.node());
        if (!topic.device().equals(EdgeNode.ITSELF)) {
            document.name("device").text(topic.device());
        }
        document.name("type").text(topic.type().name());
        if (time != null) {
            unsigned("timestamp", time);
        }
        document.name("metrics").startObject();
    }

    private void add(Metric metric, @Nullable Long time) {
        names.add(metric.name());
        document.name(metric.name()).startObject();
        switch (metric.kind()) {
            case WHOLE -> {
                whole("value", metric);
                whole("number", metric);
            }
            case FRACTION ->
                document.name("value").number(metric.fraction()).name("number").number(metric.fraction());
            case TRUTH ->
                document.name("value").bool(metric.truth()).name("number").number(metric.truth() ? 1L : 0L);
            case TEXT -> document.name("value").text(metric.text()).name("text").text(metric.text());
            case NONE, OTHER -> throw new AssertionError("a metric without a value");
        }
        if (time != null) {
            unsigned("timestamp", time);
        }
        if (metric.type() != DataType.UNKNOWN) {
            document.name("datatype").text(metric.type().text());
        }
        if (metric.isHistorical()) {
            document.name("is_historical").bool(true);
        }
        if (!metric.properties().isEmpty()) {
            document.name(PROPERTIES).startObject();
            metric.properties().forEach(this::property);
            document.endObject();
        }
        document.endObject();
    }

    private void property(String name, Object value) {
        document.name(name);
        if (value instanceof Number number) {
            document.number(number);
        } else if (value instanceof Boolean truth) {
            document.bool(truth);
        } else {
            document.text((String) value);
        }
    }

    private void whole(String name, Metric metric) {
        if (metric.type() == DataType.UINT64) {
            unsigned(name, metric.whole());
        } else {
            document.name(name).number(metric.whole());
        }
    }

    private void unsigned(String name, long value) {
        document.name(name);
        if (value < 0) {
            document.number(new BigInteger(Long.toUnsignedString(value)));
        } else {
            document.number(value);
        }
    }

    private void end(Documents documents) throws InvalidReadingException {
        document.endObject().endObject();
        try {
            for (CompiledRule rule = documents.begin(false); rule != null; rule = documents.next()) {
                JsonParser parser = document.parser();
                rule.paths().extract(parser, parser.nextToken());
            }
        } catch (IOException e) {
            throw new InvalidReadingException(Reason.MALFORMED, e.getMessage());
        }
        // Never the last one: a birth repeats what other messages have said, so that the values tell points apart, not
        // the bytes.
        documents.end(false);
    }
}
