package dev.sensorline.points.decoding;

import java.util.ArrayList;
import java.util.List;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Source.Member;

/**
 * What a rule asks a payload for; each reading of the rule fills it anew. Belongs to the thread that decodes.
 */
final class Form {

    private final FieldTarget[] fields;
    private final TagTarget[] tags;
    private final TimeTarget time;
    /** Null when there are other fields. */
    private final FieldTarget.OfFloat only;
    private final JsonPaths paths = new JsonPaths();

    Form(Rule.Content content) {
        List<FieldTarget> wantedFields = new ArrayList<>();
        for (Rule.Field field : content.fields()) {
            if (field.source() instanceof Member member) {
                wantedFields.add(placed(FieldTarget.of(field), member));
            }
        }
        List<TagTarget> wantedTags = new ArrayList<>();
        content.tags().forEach((name, source) -> {
            if (source instanceof Member member) {
                wantedTags.add(placed(new TagTarget(name, member), member));
            }
        });
        fields = wantedFields.toArray(FieldTarget[]::new);
        tags = wantedTags.toArray(TagTarget[]::new);
        only = fields.length == 1 && fields[0] instanceof FieldTarget.OfFloat single ? single : null;
        time = content.time() == null ? null : placed(new TimeTarget(content.time()), content.time().member());
    }

    private <T extends Target> T placed(T target, Member member) {
        paths.add(member.pointer(), target);
        return target;
    }

    void clear() {
        for (FieldTarget field : fields) {
            field.clear();
        }
        for (TagTarget tag : tags) {
            tag.clear();
        }
        if (time != null) {
            time.clear();
        }
    }

    /** @throws NotAReading when something is no such value as is wanted, or none of the fields is there */
    void check() throws NotAReading {
        if (time != null) {
            time.check();
        }
        boolean isEmpty = true;
        for (FieldTarget field : fields) {
            field.check();
            isEmpty &= !field.isPresent();
        }
        if (isEmpty) {
            throw new NotAReading(Reason.NO_VALUE, fields.length == 1
                    ? "no " + fields[0].kind() + " '" + fields[0].name() + "'"
                    : "none of " + fields.length + " fields");
        }
    }

    JsonPaths paths() {
        return paths;
    }

    FieldTarget[] fields() {
        return fields;
    }

    /** The only field, where that is a float; else null. */
    FieldTarget.OfFloat onlyFloat() {
        return only;
    }

    TagTarget[] tags() {
        return tags;
    }

    /** Null when it is not asked for. */
    TimeTarget time() {
        return time;
    }
}
