package dev.sensorline.points.decoding.extraction;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.sensorline.points.Field;
import dev.sensorline.points.decoding.extraction.JsonPaths.ElementListener;
import dev.sensorline.points.decoding.extraction.JsonPaths.Path;
import dev.sensorline.points.rules.JsonPointer;
import dev.sensorline.points.rules.JsonPointer.Step.Each;
import dev.sensorline.points.rules.Rule;
import dev.sensorline.points.rules.Source;
import dev.sensorline.points.rules.Source.Member;
import dev.sensorline.points.rules.Source.Step;

/**
 * The members and elements of a document that are points, for a rule whose pointers name steps. While a document is parsed, the
 * values are kept in {@link Rows}, because those that belong together may be far apart. Afterwards each row of the innermost step
 * is an element in turn, with the values of the rows around it: its fields are here, its tags and time in the extractors of the
 * rule. Only the thread that decodes uses it.
 */
public final class Elements {

    /** Is told of each element of a document in turn. */
    public interface Visitor {

        /**
         * The fields, the tags and the time of an element can be read.
         *
         * @throws InvalidReadingException if the message has to be set aside as a whole
         */
        void element(Elements element) throws InvalidReadingException;

        /** An element, or several that share a value, are invalid. {@link Elements#place} says which. */
        void invalid(Elements element, InvalidReadingException problem);

        /** An element has none of the fields. */
        void withoutFields();
    }

    /** A field whose value is a name or an index. */
    private record NameField(FieldExtractor extractor, int level) {}

    /** A tag whose value is a name or an index. */
    private record NameTag(TagExtractor extractor, int level) {}

    private final Rows rows;
    /** Rows of pointers that have only some inner steps. */
    private final List<Rows> sideRows = new ArrayList<>();

    private final List<Path> paths = new ArrayList<>();
    private final List<Cell.OfField> fieldCells = new ArrayList<>();
    /** For each of these cells the place of its name among those from the topic; negative if it has its own. */
    private final List<Integer> namings = new ArrayList<>();

    private final List<Rule.Field> fieldsNamedByLevels = new ArrayList<>();
    private final List<NamedFields> namedFields = new ArrayList<>();
    private final List<NameField> nameFields = new ArrayList<>();
    private final List<Cell.OfTag> tagCells = new ArrayList<>();
    private final List<NameTag> nameTags = new ArrayList<>();
    private Cell.@Nullable OfTime timeCell;
    private final boolean hasFieldsOfItsOwn;
    /** The names of tags and of fields that have a name of their own. */
    private final Set<String> taken;

    // Of the current document and element.
    private final Set<FieldNames.Name> known = new HashSet<>();
    private @Nullable Cell invalidCell;
    private List<Optional<FieldNames.Name>> topicNames = List.of();
    /** Whether the document is the value of the only field. */
    private boolean isBare;

    private int leftOut;
    private final PointFields fields = new PointFields();

    /**
     * The elements of a rule.
     *
     * @param tags      the extractors of tags from the payload
     * @param time      the extractor of the time; null if there is none
     * @param maxPoints the most elements of a document
     */
    Elements(Rule.Content content, TagExtractor[] tags, @Nullable TimeExtractor time, int maxPoints) {
        rows = new Rows(content.names(), maxPoints);
        taken = new HashSet<>(content.tags().keySet());
        content.fields().forEach(field -> taken.add(field.name()));
        for (Rule.Field field : content.fields()) {
            if (field.source() instanceof Member member) {
                add(field, member);
            } else if (field.source() instanceof Step step) {
                nameFields.add(new NameField(FieldExtractor.of(field), levelOf(step)));
            }
        }
        for (TagExtractor tag : tags) {
            Source source = Objects.requireNonNull(content.tags().get(tag.name()), tag.name());
            if (source instanceof Member member) {
                Rows own = rowsOf(member.pointer());
                Cell.OfTag cell = new Cell.OfTag(own, own.levelOf(member.pointer()), tag, member.pointer());
                tagCells.add(cell);
                addPath(member, cell);
            } else if (source instanceof Step step) {
                nameTags.add(new NameTag(tag, levelOf(step)));
            }
        }
        if (time != null && content.time() != null && content.time().source() instanceof Member member) {
            JsonPointer pointer = member.pointer();
            Rows own = rowsOf(pointer);
            timeCell = new Cell.OfTime(own, own.levelOf(pointer), time, pointer);
            addPath(member, timeCell);
        }
        hasFieldsOfItsOwn = fieldCells.stream().anyMatch(cell -> isInnermost(cell.rows, cell.level))
                || namedFields.stream().anyMatch(named -> isInnermost(named.rows, named.level));
    }

    private void add(Rule.Field field, Member member) {
        JsonPointer pointer = member.pointer();
        Rows own = rowsOf(pointer);
        int level = own.levelOf(pointer);
        if (field.naming() instanceof Step step) {
            NamedFields named = new NamedFields(own, level, field, taken);
            namedFields.add(named);
            addPath(member, named, step.name(), named);
            return;
        }
        Cell.OfField cell = new Cell.OfField(own, level, FieldExtractor.of(field), pointer);
        fieldCells.add(cell);
        namings.add(field.naming() == null ? -1 : fieldsNamedByLevels.size());
        if (field.naming() != null) {
            fieldsNamedByLevels.add(field);
        }
        addPath(member, cell);
    }

    private int levelOf(Step step) {
        return rows.names().indexOf(step.name()) + 1;
    }

    private boolean isInnermost(Rows of, int level) {
        return of == rows && level == rows.depth();
    }

    /** The rows of a pointer: those of the points if it has all steps around its innermost one. */
    private Rows rowsOf(JsonPointer pointer) {
        List<String> names = namesOfPoints(pointer);
        if (names.equals(rows.names().subList(0, names.size()))) {
            return rows;
        }
        return sideRows.stream()
                .filter(side -> side.names().equals(names))
                .findFirst()
                .orElseGet(() -> {
                    Rows side = new Rows(names, rows.limit());
                    sideRows.add(side);
                    return side;
                });
    }

    private List<String> namesOfPoints(JsonPointer pointer) {
        return pointer.names().stream().filter(rows.names()::contains).toList();
    }

    private void addPath(Member member, ValueTarget target) {
        addPath(member, target, "", null);
    }

    /** @param named listens to the step that names fields */
    private void addPath(Member member, ValueTarget target, String namingStep, @Nullable ElementListener named) {
        JsonPointer pointer = member.pointer();
        Rows own = rowsOf(pointer);
        List<ElementListener> listeners = new ArrayList<>();
        int level = 0;
        for (JsonPointer.Step step : pointer.steps()) {
            if (step instanceof Each each) {
                boolean isNaming = named != null && each.name().equals(namingStep);
                listeners.add(isNaming ? named : own.listener(++level));
            }
        }
        paths.add(new Path(pointer, listeners, ValueTarget.of(member, target)));
    }

    /** What takes the values. */
    List<Path> paths() {
        return paths;
    }

    /** The fields that levels of the topic name. */
    public List<Rule.Field> fieldsNamedByLevels() {
        return fieldsNamedByLevels;
    }

    /** Whether a name is that of a tag, or of a field that has a name of its own. */
    public boolean isTaken(String name) {
        return taken.contains(name);
    }

    /**
     * Begins a document.
     *
     * @param names      the names of the measurement's fields
     * @param topicNames the name for each of {@link #fieldsNamedByLevels}; empty if it cannot be that of a field
     */
    public void begin(FieldNames names, List<Optional<FieldNames.Name>> topicNames) {
        this.topicNames = topicNames;
        isBare = false;
        leftOut = 0;
        rows.begin();
        sideRows.forEach(Rows::begin);
        namedFields.forEach(named -> named.begin(names));
    }

    /** The extractor of the only field, which takes the whole document. */
    FieldExtractor bareField() {
        isBare = true;
        FieldExtractor field = fieldCells.get(0).extractor();
        field.reset();
        return field;
    }

    /**
     * Visits the elements of a document that has been parsed.
     *
     * @throws InvalidReadingException if there are too many, or the visitor says so
     */
    public void visit(Visitor visitor) throws InvalidReadingException {
        if (isBare) {
            fieldCells.get(0).keep();
        }
        rows.requireWithinLimit();
        for (Rows side : sideRows) {
            side.requireWithinLimit();
        }
        visit(rows.current(0), 0, visitor);
    }

    private void visit(Row row, int level, Visitor visitor) throws InvalidReadingException {
        rows.select(level, row);
        if (row.problem != null) {
            invalidCell = row.invalidCell;
            visitor.invalid(this, row.problem);
        } else if (level == rows.depth()) {
            visitElement(visitor);
        } else if (level > 0 && row.elements().isEmpty() && row.members().isEmpty()) {
            visitor.withoutFields();
        } else {
            for (Row element : row.elements()) {
                visit(element, level + 1, visitor);
            }
            for (Row member : row.members()) {
                visit(member, level + 1, visitor);
            }
        }
    }

    private void visitElement(Visitor visitor) throws InvalidReadingException {
        invalidCell = null;
        for (Rows side : sideRows) {
            side.selectLike(rows);
            for (int level = 0; level <= side.depth(); level++) {
                Row row = side.current(level);
                if (row.problem != null) {
                    invalidCell = row.invalidCell;
                    visitor.invalid(this, row.problem);
                    return;
                }
            }
        }
        if (!findFields()) {
            visitor.withoutFields();
            return;
        }
        for (NameField field : nameFields) {
            field.extractor.reset();
            field.extractor.extractText(rows.current(field.level).key());
            InvalidReadingException problem = field.extractor.problem();
            if (problem != null) {
                visitor.invalid(this, problem);
                return;
            }
            if (field.extractor.isPresent()) {
                fields.add(field.extractor.field(), field.extractor.nameHash());
            }
        }
        tagCells.forEach(Cell.OfTag::restore);
        nameTags.forEach(tag -> tag.extractor.set(rows.current(tag.level).key()));
        if (timeCell != null) {
            timeCell.restore();
        }
        visitor.element(this);
    }

    /** The pointer of the invalid value, with the names and indices of the element; for messages. */
    public String place() {
        if (invalidCell != null) {
            return invalidCell.place();
        }
        StringBuilder place = new StringBuilder();
        for (int level = 1; level <= rows.depth(); level++) {
            place.append('/').append(rows.current(level).key());
        }
        return place.toString();
    }

    /** Returns whether there are any. */
    private boolean findFields() {
        fields.clear();
        boolean isFound = false;
        for (int i = 0; i < fieldCells.size(); i++) {
            Cell.OfField cell = fieldCells.get(i);
            Field field = cell.field();
            if (field != null) {
                int naming = namings.get(i);
                if (naming < 0) {
                    fields.add(field, cell.extractor().nameHash());
                } else if (topicNames.get(naming).isPresent()) {
                    FieldNames.Name name = topicNames.get(naming).get();
                    fields.add(field.named(name.text()), name.hash());
                } else {
                    leftOut++;
                    continue;
                }
                isFound |= isCounted(cell.rows, cell.level);
            }
        }
        known.clear();
        for (NamedFields named : namedFields) {
            for (Map.Entry<FieldNames.Name, Field> field : named.fields().entrySet()) {
                if (known.add(field.getKey())) {
                    fields.add(field.getValue(), field.getKey().hash());
                    isFound |= isCounted(named.rows, named.level);
                }
            }
        }
        return isFound;
    }

    /** Fields that are repeated in each element make no element, if others do. */
    private boolean isCounted(Rows of, int level) {
        return !hasFieldsOfItsOwn || isInnermost(of, level);
    }

    /** The fields of the current element from the payload. Changed by the next element. */
    public PointFields fields() {
        return fields;
    }

    /** Whether each element carries its time, rather than one for several of them. */
    public boolean hasTimesOfItsOwn() {
        return timeCell != null && isInnermost(timeCell.rows, timeCell.level);
    }

    /** How many values of the document were left out, because they cannot be fields. */
    public int leftOut() {
        int sum = leftOut;
        for (NamedFields named : namedFields) {
            sum += named.leftOut();
        }
        return sum;
    }

    /** Whether an object or array of which the members or elements are points or fields has none. */
    public boolean hasFoundEmpty() {
        return rows.hasFoundEmpty()
                || sideRows.stream().anyMatch(Rows::hasFoundEmpty)
                || namedFields.stream().anyMatch(NamedFields::hasFoundEmpty);
    }

    /** Whether steps of pointers stand for elements; otherwise a document is one point, whose fields are named outside the rule. */
    public boolean hasSteps() {
        return rows.depth() > 0;
    }

    /** Says that a document has no element. */
    public String missing() {
        return rows.depth() == 0 ? "none of the fields" : "nothing at {" + String.join("}/{", rows.names()) + "}";
    }
}
