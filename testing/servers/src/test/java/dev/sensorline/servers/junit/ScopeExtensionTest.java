package dev.sensorline.servers.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineTestKit;

import dev.sensorline.servers.ChildProcess;
import dev.sensorline.servers.Tree;

/** Whatever becomes of a test or of its set-up, nothing that it has opened is left. */
class ScopeExtensionTest {

    private static final List<ChildProcess> STARTED = new CopyOnWriteArrayList<>();
    private static final List<Path> MADE = new CopyOnWriteArrayList<>();

    private static void open() {
        STARTED.add(ChildProcess.start(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--version"), Map.of()));
        MADE.add(Tree.temporaryDirectory("scope"));
    }

    private static boolean allThere() {
        return !MADE.isEmpty() && MADE.stream().allMatch(Files::exists);
    }

    @BeforeEach
    void forget() {
        STARTED.clear();
        MADE.clear();
    }

    private static void assertNothingIsLeft(Class<?> tests, int opened) {
        EngineTestKit.engine("junit-jupiter").configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                .configurationParameter("junit.jupiter.conditions.deactivate", "org.junit.*DisabledCondition")
                .selectors(selectClass(tests)).execute();
        assertEquals(opened, MADE.size());
        STARTED.forEach(process -> assertFalse(process.isAlive()));
        MADE.forEach(directory -> assertFalse(Files.exists(directory), directory::toString));
    }

    @Disabled("run by a test")
    static class SetUpOfTheClassFails {

        @BeforeAll
        static void fail() {
            open();
            throw new IllegalStateException("half way");
        }

        @Test
        void neverRuns() {
            open();
        }
    }

    @Test
    void of_a_class_whose_set_up_fails() {
        assertNothingIsLeft(SetUpOfTheClassFails.class, 1);
    }

    @Disabled("run by a test")
    static class SetUpOfTheTestAborts {

        @BeforeAll
        static void start() {
            open();
        }

        @BeforeEach
        void abort() {
            open();
            assumeTrue(false, "half way");
        }

        @Test
        void one() {
            open();
        }

        @Test
        void other() {
            open();
        }
    }

    @Test
    void of_a_test_whose_set_up_aborts() {
        assertNothingIsLeft(SetUpOfTheTestAborts.class, 3);
    }

    @Disabled("run by a test")
    static class Fields {

        private final Path directory = Tree.temporaryDirectory("scope");

        @ParameterizedTest
        @ValueSource(ints = { 1, 2 })
        void fails(int number) {
            MADE.add(directory);
            open();
            throw new IllegalStateException("test " + number);
        }
    }

    @Test
    void of_what_a_field_holds_and_a_test_that_fails_has_opened() {
        assertNothingIsLeft(Fields.class, 4);
    }

    @Disabled("run by a test")
    static class ClassAndTests {

        @BeforeAll
        static void start() {
            open();
        }

        @Test
        void one() {
            assertTrue(allThere());
        }

        @Test
        void other() {
            assertTrue(allThere(), "what the class has opened stays for all of its tests");
        }

        @AfterAll
        static void end() {
            if (!allThere()) {
                MADE.add(Path.of("/"));
            }
        }
    }

    @Test
    void but_what_a_class_has_opened_stays_until_its_end() {
        assertNothingIsLeft(ClassAndTests.class, 1);
    }
}
