package dev.sensorline.points.decoding.extraction;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.rules.Condition;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Source.Member;
import dev.sensorline.points.rules.Source.Property;

/**
 * A rule with an extractor for each field, each tag and the time that it takes from the payload. A payload format passes
 * values to the extractors; they hold the values of one reading at a time. Only the thread that decodes uses it.
 */
public final class CompiledRule {

    private final Rule rule;
    private final List<Rule.Field> topicFields;
    private final FieldExtractor[] fields;
    private final TagExtractor[] tags;
    private final @Nullable TimeExtractor time;
    private final @Nullable ConditionExtractor condition;
    private final Map<String, List<TagExtractor>> tagsByProperty;
    private final @Nullable String timeProperty;
    private final FieldExtractor.@Nullable OfFloat onlyFloat;
    private final JsonPaths paths = new JsonPaths();

    public CompiledRule(Rule rule) {
        this.rule = rule;
        List<Rule.Field> fromTopic = new ArrayList<>();
        List<FieldExtractor> fromPayload = new ArrayList<>();
        for (Rule.Field field : rule.content().fields()) {
            if (field.source() instanceof Member member) {
                fromPayload.add(addPath(paths, member, FieldExtractor.of(field)));
            } else {
                fromTopic.add(field);
            }
        }
        List<TagExtractor> payloadTags = new ArrayList<>();
        Map<String, List<TagExtractor>> byProperty = new HashMap<>();
        rule.content().tags().forEach((name, source) -> {
            if (source instanceof Member member) {
                payloadTags.add(addPath(paths, member, new TagExtractor(name, member)));
            } else if (source instanceof Property property) {
                TagExtractor tag = new TagExtractor(name);
                payloadTags.add(tag);
                byProperty
                        .computeIfAbsent(property.name(), text -> new ArrayList<>())
                        .add(tag);
            }
        });
        Rule.Time ownTime = rule.content().time();
        topicFields = List.copyOf(fromTopic);
        fields = fromPayload.toArray(FieldExtractor[]::new);
        tags = payloadTags.toArray(TagExtractor[]::new);
        time = ownTime == null ? null : new TimeExtractor(ownTime);
        if (ownTime != null && time != null && ownTime.source() instanceof Member member) {
            addPath(paths, member, time);
        }
        timeProperty = ownTime != null && ownTime.source() instanceof Property property ? property.name() : null;
        tagsByProperty = byProperty;
        Condition required = rule.content().condition();
        condition = required == null ? null : new ConditionExtractor(required);
        if (required != null && condition != null) {
            paths.add(required.pointer(), condition);
        }
        onlyFloat = fields.length == 1 && fields[0] instanceof FieldExtractor.OfFloat single ? single : null;
    }

    private static <T extends Extractor> T addPath(JsonPaths paths, Member member, T extractor) {
        paths.add(member.pointer(), extractor);
        return extractor;
    }

    public boolean matches(String topic) {
        return rule.filter().matches(topic);
    }

    /** Whether both rules are for the same topics. */
    public boolean hasTopicsOf(CompiledRule other) {
        return rule.filter().hasTopicsOf(other.rule.filter());
    }

    /** Whether the rule applies only to payloads that fulfil a condition. */
    public boolean isConditional() {
        return condition != null;
    }

    /** Whether the rule applies to the payload whose values the extractors hold. */
    public boolean isFulfilled() {
        return condition == null || condition.isPresent();
    }

    /** Whether readings that the rule applies to are dropped. */
    public boolean isIgnored() {
        return rule.content().isIgnored();
    }

    public Rule.Content content() {
        return rule.content();
    }

    /** The fields that come from the topic. */
    public List<Rule.Field> topicFields() {
        return topicFields;
    }

    /** Prepares the extractors for the next reading. */
    public void reset() {
        for (FieldExtractor field : fields) {
            field.reset();
        }
        for (TagExtractor tag : tags) {
            tag.reset();
        }
        if (time != null) {
            time.reset();
        }
        if (condition != null) {
            condition.reset();
        }
    }

    /** Extracts what comes from the user properties of the message. */
    public void extractProperties(List<Map.Entry<String, String>> properties) {
        for (int i = 0; i < properties.size(); i++) {
            Map.Entry<String, String> property = properties.get(i);
            for (TagExtractor tag : tagsByProperty.getOrDefault(property.getKey(), List.of())) {
                tag.set(property.getValue());
            }
            if (time != null && property.getKey().equals(timeProperty)) {
                time.extractText(property.getValue());
            }
        }
    }

    /** @throws InvalidReadingException if a field or the time is invalid, or no field is present */
    public void requireValid() throws InvalidReadingException {
        if (time != null) {
            time.requireValid();
        }
        boolean isEmpty = true;
        for (FieldExtractor field : fields) {
            field.requireValid();
            isEmpty &= !field.isPresent();
        }
        if (isEmpty) {
            throw new InvalidReadingException(
                    Reason.NO_VALUE, fields.length == 1 ? fields[0].missing() : "none of " + fields.length + " fields");
        }
    }

    /** Whether a payload without names can be the value of a field: there is only one. */
    public boolean takesBareValue() {
        return fields.length == 1;
    }

    /** The extractors, by their paths in JSON. */
    public JsonPaths paths() {
        return paths;
    }

    /** The extractors of the fields that come from the payload: at least one. Not to be modified. */
    public FieldExtractor[] fields() {
        return fields;
    }

    /** The only extractor of a field, if its type is float; otherwise null. */
    public FieldExtractor.@Nullable OfFloat onlyFloat() {
        return onlyFloat;
    }

    /** The extractors of the tags that come from the payload. Not to be modified. */
    public TagExtractor[] tags() {
        return tags;
    }

    /** The extractor of the time; null if points get the time of arrival. */
    public @Nullable TimeExtractor time() {
        return time;
    }
}
