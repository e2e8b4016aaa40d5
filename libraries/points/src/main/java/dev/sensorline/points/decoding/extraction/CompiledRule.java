package dev.sensorline.points.decoding.extraction;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.JsonPaths.Path;
import dev.sensorline.points.rules.Condition;
import dev.sensorline.points.rules.Format;
import dev.sensorline.points.rules.JsonPointer;
import dev.sensorline.points.rules.JsonPointer.Step.Each;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Source;
import dev.sensorline.points.rules.Source.Member;
import dev.sensorline.points.rules.Source.Property;
import dev.sensorline.points.rules.Source.Step;

/**
 * A rule with an extractor for each field, each tag and the time that it takes from the payload. A payload format passes
 * values to the extractors; they hold the values of one reading at a time. Only the thread that decodes uses it.
 */
public final class CompiledRule {

    private static final String ELEMENT = "element";

    /**
     * A tag.
     *
     * @param ofMessage what extracts it, if its source has another value in each message; null if the topic tells it
     */
    public record Tag(String name, Source source, @Nullable TagExtractor ofMessage) {}

    private final Rule rule;
    private final List<Rule.Field> topicFields;
    private final FieldExtractor[] fields;
    private final TagExtractor[] tags;
    private final Tag[] sortedTags;
    private final @Nullable TimeExtractor time;
    private final @Nullable ConditionExtractor condition;
    private final Map<String, List<TagExtractor>> tagsByProperty;
    private final @Nullable String timeProperty;
    private final FieldExtractor.@Nullable OfFloat onlyFloat;
    private final @Nullable Elements elements;
    private final @Nullable Line line;
    private final boolean hasStepOfRows;
    private final boolean takesBareValue;
    private final boolean mayBeWithoutFields;
    private final JsonPaths paths;
    private final CompiledRule ofArrays;

    /**
     * Compiles a rule.
     *
     * @param maxPoints the most points that it makes of a document
     */
    public CompiledRule(Rule rule, int maxPoints) {
        this.rule = rule;
        Rule.Content content = rule.content();
        List<Path> allPaths = new ArrayList<>();
        List<Rule.Field> fromTopic = new ArrayList<>();
        List<FieldExtractor> fromPayload = new ArrayList<>();
        for (Rule.Field field : content.fields()) {
            if (field.source() instanceof Member member) {
                fromPayload.add(addPath(allPaths, member, FieldExtractor.of(field)));
            } else if (!(field.source() instanceof Step)) {
                fromTopic.add(field);
            }
        }
        List<TagExtractor> payloadTags = new ArrayList<>();
        List<Tag> allTags = new ArrayList<>();
        Map<String, List<TagExtractor>> byProperty = new HashMap<>();
        content.tags().forEach((name, source) -> {
            TagExtractor ofMessage = null;
            if (source instanceof Member member) {
                ofMessage = addPath(allPaths, member, new TagExtractor(name, member));
            } else if (source instanceof Step) {
                ofMessage = new TagExtractor(name);
            } else if (source instanceof Property property) {
                ofMessage = new TagExtractor(name);
                byProperty
                        .computeIfAbsent(property.name(), text -> new ArrayList<>())
                        .add(ofMessage);
            }
            if (ofMessage != null) {
                payloadTags.add(ofMessage);
            }
            allTags.add(new Tag(name, source, ofMessage));
        });
        Rule.Time ownTime = content.time();
        topicFields = List.copyOf(fromTopic);
        fields = fromPayload.toArray(FieldExtractor[]::new);
        tags = payloadTags.toArray(TagExtractor[]::new);
        sortedTags = allTags.toArray(Tag[]::new);
        time = ownTime == null ? null : new TimeExtractor(ownTime);
        if (ownTime != null && time != null && ownTime.source() instanceof Member member) {
            addPath(allPaths, member, time);
        }
        timeProperty = ownTime != null && ownTime.source() instanceof Property property ? property.name() : null;
        tagsByProperty = byProperty;
        onlyFloat = fields.length == 1 && fields[0] instanceof FieldExtractor.OfFloat single ? single : null;
        boolean hasNamings = content.fields().stream().anyMatch(field -> field.naming() != null);
        elements = hasNamings || !content.names().isEmpty() ? new Elements(content, tags, time, maxPoints) : null;
        List<Path> ownPaths = elements == null ? allPaths : elements.paths();
        Condition required = content.condition();
        condition = required == null ? null : new ConditionExtractor(required);
        if (required != null && condition != null) {
            ownPaths.add(new Path(required.pointer(), List.of(), condition));
        }
        line = content.format() == Format.LINE && time != null ? new Line(time) : null;
        hasStepOfRows = content.fields().stream()
                .anyMatch(field -> field.source() instanceof Member member
                        && member.pointer().steps().size() > 1);
        List<Rule.Field> ofPayload = content.fields().stream()
                .filter(field -> field.source() instanceof Member)
                .toList();
        takesBareValue = ofPayload.size() == 1
                && content.names().isEmpty()
                && !(ofPayload.get(0).naming() instanceof Step)
                && ((Member) ofPayload.get(0).source()).binary() == null;
        mayBeWithoutFields =
                content.format() == Format.SPARKPLUG || ofPayload.stream().allMatch(Rule.Field::isOptional);
        paths = JsonPaths.of(ownPaths);
        ofArrays = isOfDefaultForm(content)
                ? new CompiledRule(new Rule(rule.filter(), ofEachElement(content), rule.origin()), maxPoints)
                : this;
    }

    /** The settings that define the rule. */
    public Rule.Origin origin() {
        return rule.origin();
    }

    private static <T extends Extractor> T addPath(List<Path> paths, Member member, T extractor) {
        paths.add(new Path(member.pointer(), List.of(), ValueTarget.of(member, extractor)));
        return extractor;
    }

    /** Whether there is the value, type and time of the form that needs no rule. */
    private static boolean isOfDefaultForm(Rule.Content content) {
        return content.names().isEmpty()
                && !content.fields().isEmpty()
                && content.fields().stream()
                        .allMatch(field -> field.source() instanceof Member member && member.isStrict());
    }

    /** The same content of each element of an array. The condition is one of the whole array. */
    private static Rule.Content ofEachElement(Rule.Content content) {
        SortedMap<String, Source> tags = new TreeMap<>(content.tags());
        tags.replaceAll((name, source) -> source instanceof Member member ? inElement(member) : source);
        Rule.Time time = content.time();
        return new Rule.Content(
                content.format(),
                content.csv(),
                content.measurement(),
                tags,
                content.fields().stream()
                        .map(field -> new Rule.Field(
                                field.name(),
                                field.naming(),
                                field.type(),
                                field.isOptional(),
                                field.decimalMark(),
                                inElement((Member) field.source())))
                        .toList(),
                time == null ? null : ofEachElement(time),
                List.of(ELEMENT),
                content.condition(),
                content.isIgnored());
    }

    private static Rule.Time ofEachElement(Rule.Time time) {
        return new Rule.Time(
                time.source() instanceof Member member ? inElement(member) : time.source(),
                time.unit(),
                time.format(),
                time.zone(),
                time.earliestNanos(),
                time.invalid(),
                time.sameTime());
    }

    private static Member inElement(Member member) {
        List<JsonPointer.Step> steps = new ArrayList<>(member.pointer().steps());
        steps.add(0, new Each(ELEMENT));
        return new Member(new JsonPointer(List.copyOf(steps)), member.isStrict());
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
        return condition == null || condition.isFulfilled();
    }

    /** Whether readings that the rule applies to are dropped. */
    public boolean isIgnored() {
        return rule.content().isIgnored();
    }

    public Rule.Content content() {
        return rule.content();
    }

    /** The rule for documents that are arrays: of the form that needs no rule, each element is a reading. */
    public CompiledRule ofArrays() {
        return ofArrays;
    }

    /** Whether the pointers into rows of cells begin with a step that stands for every row. */
    public boolean hasStepOfRows() {
        return hasStepOfRows;
    }

    /** The fields that come from the topic. */
    public List<Rule.Field> topicFields() {
        return topicFields;
    }

    /** Prepares the extractors for the next reading. */
    public void reset() {
        paths.begin();
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
        for (FieldExtractor field : fields) {
            field.requireValid();
        }
        if (isWithoutFields()) {
            throw new InvalidReadingException(
                    Reason.NO_VALUE, fields.length == 1 ? fields[0].missing() : "none of " + fields.length + " fields");
        }
    }

    /** Whether no field is present or invalid. */
    public boolean isWithoutFields() {
        for (FieldExtractor field : fields) {
            if (field.isPresent() || field.problem() != null) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a document that has none of the fields is valid: all of them are optional, or the sender sends only what has changed, as
     * edge nodes of Sparkplug do.
     */
    public boolean mayBeWithoutFields() {
        return mayBeWithoutFields;
    }

    /** Whether the document is an object or an array that has nothing in it. */
    public boolean isOfEmptyDocument() {
        return paths.hasFoundEmpty();
    }

    /** Whether a payload without names can be the value of a field: there is only one, and it is no number in bytes. */
    public boolean takesBareValue() {
        return takesBareValue;
    }

    /** The extractor of the value that is the whole payload, if the rule {@linkplain #takesBareValue takes} one. */
    public FieldExtractor bareField() {
        return elements == null ? fields[0] : elements.bareField();
    }

    /** What takes the values, by their paths in JSON. */
    public JsonPaths paths() {
        return paths;
    }

    /** The elements that are points; null if a document is one point, whose values the extractors hold. */
    public @Nullable Elements elements() {
        return elements;
    }

    /** The line that was read last; null if the rule is not for lines. */
    public @Nullable Line line() {
        return line;
    }

    /** The extractors of the fields that come from the payload: at least one, except for lines. Not to be modified. */
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

    /** All tags, sorted by name. Not to be modified. */
    public Tag[] sortedTags() {
        return sortedTags;
    }

    /** Whether all points of a message have one time, which comes from a user property. */
    public boolean hasTimeOfMessage() {
        return timeProperty != null;
    }

    /** The extractor of the time; null if points get the time of arrival. */
    public @Nullable TimeExtractor time() {
        return time;
    }
}
