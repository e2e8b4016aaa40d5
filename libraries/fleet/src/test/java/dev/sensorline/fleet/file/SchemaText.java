package dev.sensorline.fleet.file;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes shapes as a JSON Schema, for editors. */
final class SchemaText {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ObjectNode definitions = NODES.objectNode();

    static String of(Shape<?> shape) throws IOException {
        SchemaText schema = new SchemaText();
        ObjectNode root = NODES.objectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "Sensorline fleet")
                .put("description", "Sensors that the simulator simulates");
        root.setAll(schema.node(shape));
        root.set("$defs", schema.definitions);
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private ObjectNode node(Shape<?> shape) {
        if (shape instanceof Numbers numbers) {
            return NODES.objectNode()
                    .put("type", "number")
                    .put("minimum", plain(numbers.min()))
                    .put("maximum", plain(numbers.max()));
        }
        if (shape instanceof Whole whole) {
            return NODES.objectNode()
                    .put("type", "integer")
                    .put("minimum", whole.min())
                    .put("maximum", whole.max());
        }
        if (shape instanceof Words words) {
            return NODES.objectNode()
                    .put("type", "string")
                    .put("pattern", words.pattern().pattern());
        }
        if (shape instanceof Choice<?> choice) {
            return choice.isOfTexts()
                    ? NODES.objectNode().set("enum", texts(choice.values().keySet()))
                    : NODES.objectNode().put("type", "boolean");
        }
        if (shape instanceof Length length) {
            ObjectNode seconds = NODES.objectNode()
                    .put("type", "number")
                    .put("minimum", Length.seconds(length.min()))
                    .put("maximum", Length.seconds(length.max()));
            ObjectNode text = NODES.objectNode().put("type", "string").put("pattern", Length.TEXT.pattern());
            return NODES.objectNode()
                    .set("anyOf", NODES.arrayNode().add(seconds).add(text));
        }
        if (shape instanceof NameOrNumber either) {
            return NODES.objectNode()
                    .set("anyOf", NODES.arrayNode().add(node(either.name())).add(node(either.number())));
        }
        if (shape instanceof Mapped<?, ?> mapped) {
            return node(mapped.from());
        }
        if (shape instanceof Resolved<?, ?> resolved) {
            return node(resolved.from());
        }
        if (shape instanceof Shared<?> shared) {
            if (!definitions.has(shared.name())) {
                definitions.set(shared.name(), NODES.objectNode());
                definitions.set(shared.name(), node(shared.shape().get()));
            }
            return NODES.objectNode().put("$ref", "#/$defs/" + shared.name());
        }
        if (shape instanceof ListOf<?> list) {
            return NODES.objectNode()
                    .put("type", "array")
                    .put("minItems", list.min())
                    .put("maxItems", list.max())
                    .set("items", node(list.of()));
        }
        if (shape instanceof MapOf<?> map) {
            ObjectNode names =
                    NODES.objectNode().put("pattern", map.name().pattern().pattern());
            ObjectNode node = NODES.objectNode()
                    .put("type", "object")
                    .put("minProperties", 1)
                    .put("maxProperties", map.max());
            node.set("propertyNames", names);
            return node.set("additionalProperties", node(map.of()));
        }
        return shape instanceof Keys<?> keys ? keys(keys) : variants((Variants<?>) shape);
    }

    private ObjectNode keys(Keys<?> keys) {
        ObjectNode properties = NODES.objectNode();
        List<String> required = new ArrayList<>();
        for (Key<?> key : keys.keys()) {
            ObjectNode property = NODES.objectNode().put("description", key.about());
            property.setAll(node(key.shape()));
            key.otherwise().ifPresent(value -> putDefault(property, key.shape(), value));
            properties.set(key.name(), property);
            if (key.isRequired()) {
                required.add(key.name());
            }
        }
        ObjectNode node = NODES.objectNode().put("type", "object").put("additionalProperties", false);
        node.set("properties", properties);
        if (!required.isEmpty()) {
            node.set("required", texts(required));
        }
        if (!keys.either().isEmpty()) {
            ArrayNode all = NODES.arrayNode();
            for (List<Key<?>> exactlyOne : keys.either()) {
                ArrayNode one = NODES.arrayNode();
                exactlyOne.forEach(key -> one.add(NODES.objectNode().set("required", texts(List.of(key.name())))));
                all.add(NODES.objectNode().set("oneOf", one));
            }
            node.set("allOf", all);
        }
        return node;
    }

    private ObjectNode variants(Variants<?> variants) {
        List<String> names = new ArrayList<>();
        ObjectNode properties = NODES.objectNode();
        variants.kinds().forEach((name, kind) -> {
            properties.set(name, node(kind));
            if (Variants.canBeText(kind)) {
                names.add(name);
            }
        });
        ObjectNode mapping = NODES.objectNode()
                .put("type", "object")
                .put("additionalProperties", false)
                .put("minProperties", 1)
                .put("maxProperties", 1)
                .set("properties", properties);
        return names.isEmpty()
                ? mapping
                : NODES.objectNode()
                        .set(
                                "anyOf",
                                NODES.arrayNode()
                                        .add(NODES.objectNode().set("enum", texts(names)))
                                        .add(mapping));
    }

    private static void putDefault(ObjectNode property, Shape<?> shape, Object value) {
        if (shape instanceof Choice<?> choice && choice.isOfTexts()) {
            choice.values().forEach((name, choosable) -> {
                if (choosable.equals(value)) {
                    property.put("default", name);
                }
            });
        } else if (value instanceof Double number) {
            property.put("default", plain(number));
        } else if (value instanceof Long number) {
            property.put("default", number);
        } else if (value instanceof Boolean flag) {
            property.put("default", flag);
        } else if (value instanceof Duration length) {
            property.put("default", Length.seconds(length));
        } else if (value instanceof Enum<?> constant) {
            property.put("default", constant.name().toLowerCase(Locale.ROOT));
        } else if (value instanceof List<?>) {
            property.set("default", NODES.arrayNode());
        } else {
            property.put("default", value.toString());
        }
    }

    private static BigDecimal plain(double number) {
        return new BigDecimal(Numbers.shown(number));
    }

    private static ArrayNode texts(Iterable<String> texts) {
        ArrayNode array = NODES.arrayNode();
        texts.forEach(array::add);
        return array;
    }
}
