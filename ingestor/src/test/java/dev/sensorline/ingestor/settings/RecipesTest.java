package dev.sensorline.ingestor.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.sensorline.points.Ignored;
import dev.sensorline.points.Reading;
import dev.sensorline.points.decoding.Decoder;
import dev.sensorline.servers.ProjectTree;

/** The recipes of docs/guide/recipes.md, each with its messages in the order of the page. */
class RecipesTest {

    private static final int RECIPES = 10;

    private static final Pattern RULES = Pattern.compile("```properties\n(.*?)```", Pattern.DOTALL);
    /** A payload in a block and what becomes of it, or a row of a table. */
    private static final Pattern EXAMPLE = Pattern.compile(
            "```(?<form>json|hex)\n(?<block>[^`]*)```\n\non `(?<blockTopic>[^`]*)` becomes\n\n```text\n(?<lines>[^`]*)```\n"
                    + "|\\| `(?<topic>[^`]*)` \\| `(?<payload>[^`]*)` \\| (?<becomes>.*?) \\|\n");

    /** Times of arrival, in nanoseconds, are before it; times that a payload carries are after it. */
    private static final long SOME_DAYS_NANOS = 1_000_000_000_000_000L;

    /** A section of the page. */
    record Recipe(String title, String text) {

        String rules() {
            return RULES.matcher(text).results().map(block -> block.group(1)).collect(Collectors.joining());
        }

        @Override
        public String toString() {
            return title;
        }
    }

    static Stream<Recipe> recipes() throws IOException {
        return Stream.of(Files.readString(ProjectTree.root().resolve("docs/guide/recipes.md"))
                        .split("\n## "))
                .skip(1)
                .map(section -> new Recipe(section.substring(0, section.indexOf('\n')), section));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void a_recipe_makes_of_each_message_what_the_page_says(Recipe recipe) throws IOException {
        assertMakesWhatThePageSays(recipe, SampleTest.decoder(recipe.rules()));
    }

    @Test
    void all_recipes_work_together() throws IOException {
        List<Recipe> recipes = recipes().toList();
        assertEquals(RECIPES, recipes.size());
        Decoder decoder = SampleTest.decoder(recipes.stream().map(Recipe::rules).collect(Collectors.joining()));
        for (Recipe recipe : recipes) {
            assertMakesWhatThePageSays(recipe, decoder);
        }
    }

    private static void assertMakesWhatThePageSays(Recipe recipe, Decoder decoder) {
        Matcher example = EXAMPLE.matcher(recipe.text());
        long arrivalNanos = 1;
        while (example.find()) {
            String topic = example.group("topic");
            String becomes = example.group("becomes");
            byte[] payload;
            if (topic == null) {
                topic = example.group("blockTopic");
                String block = example.group("block");
                payload = example.group("form").equals("hex")
                        ? HexFormat.of().parseHex(block.replaceAll("\\s", ""))
                        : block.getBytes(UTF_8);
                becomes = example.group("lines")
                        .lines()
                        .map(line -> "`" + line + "`")
                        .collect(Collectors.joining("<br>"));
            } else {
                payload = example.group("payload").getBytes(UTF_8);
            }
            assertEquals(becomes, decoded(decoder, topic, payload, arrivalNanos), topic);
            arrivalNanos += 1_000;
        }
        assertTrue(arrivalNanos > 1, "a recipe without a message");
    }

    private static String decoded(Decoder decoder, String topic, byte[] payload, long arrivalNanos) {
        List<Ignored> reasons = List.of(Ignored.values());
        List<Long> before = reasons.stream().map(decoder::ignored).toList();
        List<String> all = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        decoder.decode(new Reading(topic, payload, payload.length, arrivalNanos))
                .forEach(decoded -> all.add(SampleTest.text(decoded, SOME_DAYS_NANOS)));
        for (int i = 0; i < reasons.size(); i++) {
            if (decoder.ignored(reasons.get(i)) > before.get(i)) {
                ignored.add("ignored: `" + reasons.get(i).key() + "`");
            }
        }
        // What is left out beside points is not shown.
        return String.join("<br>", all.isEmpty() ? ignored : all);
    }
}
