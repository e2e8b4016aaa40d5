package dev.sensorline.fleet.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes files of a shape, most of them with values that are not allowed here and there. */
final class FileGenerator {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "press-{n}",
            "a/{name}",
            "1s",
            "250ms",
            "-1h",
            "1d",
            "5",
            "15:00",
            "24:00",
            "current",
            "sine",
            "json",
            "latitude",
            "true",
            "a b",
            "a+",
            "a\n",
            "{n}{n}",
            "ü🌡",
            "x".repeat(201),
            "{value} {{}}",
            "iso8601");
    private static final double[] NUMBERS = {
        0, 1, -1, 0.5, 2, 3, 1e-3, 9e-4, 90.5, 181, 1e9, 31_536_000, 31_536_001, 1e15, 2e15, 1e30
    };

    private final Random random;
    /** Of a value to be of another shape. */
    private final double errors;

    private int depth;

    FileGenerator(long seed) {
        random = new Random(seed);
        errors = seed % 3 == 0 ? 0 : random.nextDouble() * 0.1;
    }

    JsonNode value(Shape<?> shape) {
        if (random.nextDouble() < errors) {
            return anything();
        }
        if (shape instanceof Numbers numbers) {
            return number(numbers.min(), numbers.max());
        }
        if (shape instanceof Whole whole) {
            return switch (random.nextInt(20)) {
                case 0 -> NODES.numberNode(whole.min());
                case 1 -> NODES.numberNode(whole.max());
                case 2 -> NODES.numberNode(1.0);
                default -> NODES.numberNode((long) Math.min(whole.max(), Math.max(whole.min(), random.nextInt(10))));
            };
        }
        if (shape instanceof Words words) {
            return NODES.textNode(TEXTS.stream()
                    .skip(random.nextInt(TEXTS.size()))
                    .filter(text -> words.pattern().matcher(text).matches())
                    .findFirst()
                    .orElse("a" + random.nextInt(1_000)));
        }
        if (shape instanceof Choice<?> choice) {
            return choice.isOfTexts()
                    ? NODES.textNode(pick(List.copyOf(choice.values().keySet())))
                    : NODES.booleanNode(random.nextBoolean());
        }
        if (shape instanceof Length length) {
            return random.nextBoolean()
                    ? NODES.textNode(random.nextInt(100) + pick(List.of("ms", "s", "m", "h")))
                    : number(
                            Length.seconds(length.min()).doubleValue(),
                            Length.seconds(length.max()).doubleValue());
        }
        if (shape instanceof NameOrNumber either) {
            return value(random.nextBoolean() ? either.name() : either.number());
        }
        if (shape instanceof Mapped<?, ?> mapped) {
            return value(mapped.from());
        }
        if (shape instanceof Resolved<?, ?> resolved) {
            return value(resolved.from());
        }
        if (shape instanceof Shared<?> shared) {
            depth++;
            JsonNode node =
                    depth > 3 ? NODES.textNode("current") : value(shared.shape().get());
            depth--;
            return node;
        }
        if (shape instanceof ListOf<?> list) {
            ArrayNode array = NODES.arrayNode();
            int size = random.nextDouble() < errors ? random.nextInt(3) : Math.max(list.min(), 1) + random.nextInt(2);
            for (int i = 0; i < size; i++) {
                array.add(value(list.of()));
            }
            return array;
        }
        if (shape instanceof MapOf<?> map) {
            ObjectNode object = NODES.objectNode();
            int size = random.nextDouble() < errors ? 0 : 1 + random.nextInt(2);
            for (int i = 0; i < size; i++) {
                String name = random.nextDouble() < errors ? pick(TEXTS) : "n" + random.nextInt(100);
                object.set(name, value(map.of()));
            }
            return object;
        }
        return shape instanceof Keys<?> keys ? keys(keys) : variant((Variants<?>) shape);
    }

    private JsonNode keys(Keys<?> keys) {
        ObjectNode object = NODES.objectNode();
        List<Key<?>> chosen = new ArrayList<>();
        for (List<Key<?>> exactlyOne : keys.either()) {
            chosen.add(pick(exactlyOne));
        }
        for (Key<?> key : keys.keys()) {
            boolean isOneOfSeveral = keys.either().stream().anyMatch(list -> list.contains(key));
            boolean isWanted = isOneOfSeveral ? chosen.contains(key) : key.isRequired() || random.nextInt(4) == 0;
            if (isWanted != random.nextDouble() < errors) {
                object.set(key.name(), value(key.shape()));
            }
        }
        if (random.nextDouble() < errors) {
            object.set("more", anything());
        }
        return object;
    }

    private JsonNode variant(Variants<?> variants) {
        Map.Entry<String, ? extends Shape<?>> kind =
                pick(List.copyOf(variants.kinds().entrySet()));
        if (random.nextDouble() < errors || Variants.canBeText(kind.getValue()) && random.nextBoolean()) {
            return NODES.textNode(kind.getKey());
        }
        ObjectNode object = NODES.objectNode();
        object.set(kind.getKey(), value(kind.getValue()));
        if (random.nextDouble() < errors) {
            object.set(pick(List.copyOf(variants.kinds().keySet())), anything());
        }
        return object;
    }

    private JsonNode number(double min, double max) {
        double number = NUMBERS[random.nextInt(NUMBERS.length)];
        if (random.nextDouble() >= errors) {
            number = Math.min(max, Math.max(min, number));
        }
        return number == Math.rint(number) && Math.abs(number) < 1e18
                ? NODES.numberNode((long) number)
                : NODES.numberNode(number);
    }

    private JsonNode anything() {
        return switch (random.nextInt(8)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.arrayNode().add(1);
            case 3 -> NODES.objectNode().put("current", 1);
            case 4, 5 -> NODES.textNode(pick(TEXTS));
            default -> number(-1e30, 1e30);
        };
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
