package dev.sensorline.mqtt.client.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/**
 * {@code docs/architecture/mqtt-conformance.md} has each normative statement of both versions, with the tests that name it: it
 * can neither miss one nor claim a test that does not exist.
 */
class ConformanceTableTest {

    private static final Path ROOT = Path.of(System.getProperty("sensorline.root"));
    private static final Path TABLE = ROOT.resolve(Path.of("docs", "architecture", "mqtt-conformance.md"));

    /** The sections of appendix B, each with the number of its last statement; those of section 2.2.1 of MQTT 5 begin with 2. */
    private static final String MQTT_3_1_1 =
            "1.5.3-3 2.2.2-2 2.3.1-7 3.1.0-2 3.1.2-24 3.1.3-11 3.1.4-5 3.2.0-1 3.2.2-6 3.3.1-12 3.3.2-3 3.3.4-1 3.3.5-2 3.6.1-1"
                    + " 3.8.1-1 3.8.3-4 3.8.4-6 3.9.3-2 3.10.1-1 3.10.3-2 3.10.4-6 3.12.4-1 3.14.1-1 3.14.4-3 4.1.0-2 4.3.1-1"
                    + " 4.3.2-2 4.3.3-2 4.4.0-1 4.5.0-2 4.6.0-6 4.7.1-3 4.7.2-1 4.7.3-4 4.8.0-2 6.0.0-4 7.0.0-2 7.1.1-1 7.1.2-1";

    private static final String MQTT_5 =
            "1.5.4-3 1.5.5-1 1.5.7-1 2.1.3-1 2.2.1-6 2.2.2-1 3.1.0-2 3.1.2-30 3.1.3-12 3.1.4-6 3.2.0-2 3.2.2-22 3.3.1-13"
                    + " 3.3.2-20 3.3.4-10 3.4.2-3 3.5.2-3 3.6.1-1 3.6.2-3 3.7.2-3 3.8.1-1 3.8.3-5 3.8.4-8 3.9.2-2 3.9.3-2"
                    + " 3.10.1-1 3.10.3-2 3.10.4-6 3.11.2-2 3.11.3-2 3.12.4-1 3.14.0-1 3.14.1-1 3.14.2-4 3.14.4-3 3.15.1-1"
                    + " 3.15.2-3 4.1.0-2 4.2.0-1 4.3.1-1 4.3.2-5 4.3.3-13 4.4.0-2 4.5.0-2 4.6.0-6 4.7.0-1 4.7.1-2 4.7.2-1"
                    + " 4.7.3-4 4.8.2-6 4.9.0-3 4.12.0-7 4.12.1-2 4.13.1-1 4.13.2-1 6.0.0-4";

    private static final Pattern ROW = Pattern.compile("\\| (MQTT-[0-9.]+-[0-9]+) \\| [^|]+ \\| ([^|]+) \\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
    private static final Pattern WITHOUT_TEST = Pattern.compile("(?:does not apply|not kept): .+");

    @Test
    void the_table_has_every_statement_of_mqtt_3_1_1_and_its_tests() throws IOException {
        check("## MQTT 3.1.1", MQTT_3_1_1, Mqtt311.class, Mqtt311::value);
    }

    @Test
    void the_table_has_every_statement_of_mqtt_5_and_its_tests() throws IOException {
        check("## MQTT 5", MQTT_5, Mqtt5.class, Mqtt5::value);
    }

    private static <A extends Annotation> void check(
            String heading, String statements, Class<A> annotation, Function<A, String[]> numbers) throws IOException {
        Map<String, String> rows = rows(heading);
        SortedMap<String, SortedSet<String>> proven = new TreeMap<>();
        numbers(statements).forEach(number -> proven.put(number, new TreeSet<>()));
        for (Method test : tests()) {
            A named = test.getAnnotation(annotation);
            for (String number : named == null ? new String[0] : numbers.apply(named)) {
                assertTrue(proven.containsKey(number), () -> test + ": there is no statement " + number);
                proven.get(number).add(test.getDeclaringClass().getSimpleName() + "." + test.getName());
            }
        }
        SortedMap<String, SortedSet<String>> told = new TreeMap<>();
        rows.forEach((number, result) -> {
            SortedSet<String> tests = new TreeSet<>();
            TEST.matcher(result)
                    .results()
                    .filter(ConformanceTableTest::isOfThisPackage)
                    .forEach(test -> tests.add(test.group(1) + "." + test.group(2)));
            told.put(number, tests);
            assertTrue(!tests.isEmpty() || WITHOUT_TEST.matcher(result).matches(), () -> number + ": " + result);
        });
        assertEquals(lines(proven), lines(told), TABLE + ", and the statements that tests name");
        assertEquals(numbers(statements), List.copyOf(rows.keySet()), "the order of the rows");
    }

    /** One line a statement, so that a failure shows the rows that differ. */
    private static String lines(Map<String, SortedSet<String>> tests) {
        return String.join(
                "\n",
                tests.entrySet().stream()
                        .map(row -> row.getKey() + " " + row.getValue())
                        .toList());
    }

    /** The result of each statement, in their order. */
    private static Map<String, String> rows(String heading) throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        boolean isInside = false;
        for (String line : Files.readAllLines(TABLE)) {
            if (line.startsWith("## ")) {
                isInside = line.equals(heading);
            }
            Matcher row = ROW.matcher(line);
            if (isInside && row.matches()) {
                assertNull(rows.put(row.group(1), row.group(2)), () -> row.group(1) + " has two rows");
            }
        }
        return rows;
    }

    private static List<String> numbers(String statements) {
        List<String> numbers = new ArrayList<>();
        for (String last : statements.split(" ")) {
            String section = last.substring(0, last.indexOf('-'));
            int first = section.equals("2.2.1") ? 2 : 1;
            IntStream.rangeClosed(first, Integer.parseInt(last.substring(section.length() + 1)))
                    .forEach(number -> numbers.add("MQTT-" + section + "-" + number));
        }
        return numbers;
    }

    /** Tests of other modules can be named too, where their source has them. */
    private static boolean isOfThisPackage(MatchResult test) {
        boolean isHere = testClasses().anyMatch(name -> name.equals(test.group(1)));
        assertTrue(isHere || isElsewhere(test.group(1), test.group(2)), () -> "there is no test " + test.group());
        return isHere;
    }

    private static boolean isElsewhere(String type, String method) {
        try (Stream<Path> files = Files.walk(ROOT.resolve(Path.of("libraries", "mqtt-connector", "src", "test")))) {
            for (Path file : files.filter(file -> file.endsWith(type + ".java")).toList()) {
                if (Files.readString(file).contains("void " + method + "(")) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Method> tests() {
        return testClasses()
                .map(name -> {
                    try {
                        return Class.forName(ConformanceTableTest.class.getPackageName() + "." + name);
                    } catch (ClassNotFoundException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .toList();
    }

    /** The names of the test classes of this package. */
    private static Stream<String> testClasses() {
        try {
            Path folder = Path.of(ConformanceTableTest.class.getResource("").toURI());
            try (Stream<Path> files = Files.list(folder)) {
                return files
                        .map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith("Test.class"))
                        .map(name -> name.substring(0, name.length() - ".class".length()))
                        .toList()
                        .stream();
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
