package dev.sensorline.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;

/**
 * Classes that use what other projects may change without notice are exactly those of {@code docs/internals.md}, which
 * says for each why, and what an upgrade must look at.
 */
@AnalyzeClasses(packages = "dev.sensorline")
class InternalsTest {

    private static final Path TABLE = Path.of(System.getProperty("sensorline.root"), "docs", "internals.md");
    /** A class and what it uses: the first two cells of a row. */
    private static final Pattern ROW = Pattern.compile("\\| `(dev\\.sensorline\\.[^`]+)` \\| ([^|]+) \\|.*");

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    /** These are used as a whole, whatever their packages are called. */
    private static final List<String> WHOLE =
            List.of("io.netty", "com.oracle.svm", "io.smallrye.reactive.messaging.providers");

    private static final Pattern INTERNAL = Pattern.compile("(?:.*\\.)?(?:impl|internal|internals)(?:\\..*)?|sun\\..*");

    @ArchTest
    static void internals_of_others_are_used_where_the_table_says_and_nowhere_else(JavaClasses classes)
            throws IOException {
        assertEquals(lines(documented()), lines(used(classes)), "docs/internals.md, and what the classes use");
    }

    private static SortedMap<String, SortedSet<String>> used(JavaClasses classes) {
        SortedMap<String, SortedSet<String>> used = new TreeMap<>();
        for (JavaClass type : classes) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                internal(dependency.getTargetClass().getBaseComponentType().getPackageName())
                        .forEach(name -> used.computeIfAbsent(topLevel(type), key -> new TreeSet<>())
                                .add(name));
            }
        }
        return used;
    }

    private static Stream<String> internal(String packageName) {
        if (packageName.startsWith("dev.sensorline")) {
            return Stream.empty();
        }
        return WHOLE.stream()
                .filter(whole -> packageName.equals(whole) || packageName.startsWith(whole + "."))
                .findFirst()
                .or(() -> Stream.of(packageName)
                        .filter(INTERNAL.asMatchPredicate())
                        .findFirst())
                .stream();
    }

    private static String topLevel(JavaClass type) {
        return type.getEnclosingClass().map(InternalsTest::topLevel).orElseGet(type::getName);
    }

    private static SortedMap<String, SortedSet<String>> documented() throws IOException {
        SortedMap<String, SortedSet<String>> documented = new TreeMap<>();
        for (String line : Files.readAllLines(TABLE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                SortedSet<String> names = documented.computeIfAbsent(row.group(1), key -> new TreeSet<>());
                CODE.matcher(row.group(2)).results().forEach(code -> names.add(code.group(1)));
            }
        }
        return documented;
    }

    /** One line a class, so that a failure shows the rows that differ. */
    private static String lines(Map<String, SortedSet<String>> internals) {
        return String.join(
                "\n",
                internals.entrySet().stream()
                        .map(row -> row.getKey() + " " + row.getValue())
                        .toList());
    }
}
