package dev.sensorline.fleet.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;

/** The published schema, and that what it refuses is refused. */
class SchemaTest {

    private static final Path PUBLISHED = Path.of(System.getProperty("sensorline.root"))
            .resolve("libraries/fleet/src/main/resources/dev/sensorline/fleet/fleet.schema.json");

    /** With -Dschema.cases=100000, as .ci/gates has it, some 20 s. */
    private static final int CASES = Integer.getInteger("schema.cases", 1_000);

    /** What a file is refused for that its schema accepts: the list in docs/guide/fleets.md. */
    private static final List<Pattern> BEYOND = List.of(
                    "gives the name '.*' to (a sensor|an edge node), as .* does: names must differ",
                    "must not be greater than .*",
                    "must be less than max",
                    "must have two places that differ",
                    "must not be longer than the period",
                    "must not be longer than 'every'",
                    "is for faults with 'every' only",
                    "must be a topic without .*",
                    "has [{}].*, which stands for nothing: .*",
                    "'value' is for one metric only: choose another format",
                    "'line' cannot have the backslash of the name '.*'",
                    "'senml' has names of .*, not '.*'",
                    "is no pattern of a time",
                    "'.*' cannot be read: .*",
                    "must be a column of '.*', which has .*",
                    "line \\d+ of '.*' must .*",
                    "'.*' must have rows with different times",
                    "is too long for the \\d+ rows of '.*'",
                    "must be in each of the metrics, not beside them",
                    "is for edge nodes with 'devices' only",
                    "is not for Sparkplug, which says what its topics are",
                    "must be (0|false) for Sparkplug",
                    "'bdSeq' is a metric of Sparkplug's own: choose another name",
                    "must be a whole number from .*, not -?\\d+\\.0(E\\d+)?",
                    "must be a length of time from .*, not the text '.*'")
            .stream()
            .map(Pattern::compile)
            .toList();

    /** In a pattern of a schema, as in ECMAScript, $ is the end only, not also a line end before it. */
    private static final SchemaValidatorsConfig AS_EDITORS = SchemaValidatorsConfig.builder()
            .regularExpressionFactory(regex -> {
                Pattern pattern = Pattern.compile(regex.replaceAll("\\$$", "\\\\z"));
                return text -> pattern.matcher(text).find();
            })
            .build();

    @Test
    void the_published_schema_is_that_of_the_reader() throws IOException {
        String schema = SchemaText.of(FleetFile.FLEET);
        if (System.getProperty("schema.write") != null) {
            Files.createDirectories(PUBLISHED.getParent());
            Files.writeString(PUBLISHED, schema);
        }
        assertEquals(
                schema,
                Files.readString(PUBLISHED),
                "mvn test -pl libraries/fleet -am -Dtest=SchemaTest -Dsurefire.failIfNoSpecifiedTests=false -Dschema.write");
    }

    @Test
    void what_the_schema_refuses_the_reader_refuses_and_what_else_it_refuses_is_listed() throws IOException {
        JsonSchema schema =
                JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(Files.readString(PUBLISHED), AS_EDITORS);
        int both = 0;
        int neither = 0;
        Set<Pattern> seen = new HashSet<>();
        for (int seed = 0; seed < CASES; seed++) {
            JsonNode file = new FileGenerator(seed).value(FleetFile.FLEET);
            String text = new ObjectMapper().writeValueAsString(file);
            List<Problem> problems = problemsOf(text);
            if (schema.validate(file).isEmpty()) {
                neither += problems.isEmpty() ? 1 : 0;
                problems.forEach(problem -> seen.add(BEYOND.stream()
                        .filter(message -> message.matcher(problem.message()).matches())
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(problem + "\n" + text))));
            } else {
                both++;
                assertTrue(!problems.isEmpty(), () -> schema.validate(file) + "\n" + text);
            }
        }
        // Otherwise the files that are generated test one side only.
        assertTrue(both > CASES / 10, "refused by both: " + both);
        assertTrue(neither > CASES / 10, "refused by neither: " + neither);
        assertTrue(seen.size() > BEYOND.size() / 2, "problems beyond the schema: " + seen);
    }

    /** Most files exist. */
    private static String table(String path) throws IOException {
        if (path.equals("json")) {
            throw new IOException("there is none");
        }
        return "a,json,current\n0,1,2\n1,1,warm\n";
    }

    private static List<Problem> problemsOf(String text) {
        try {
            FleetFile.read("fleet.yaml", text, SchemaTest::table);
            return List.of();
        } catch (InvalidFleetException e) {
            return e.problems();
        }
    }
}
