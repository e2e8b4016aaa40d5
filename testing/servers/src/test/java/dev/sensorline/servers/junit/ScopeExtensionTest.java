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
import dev.sensorline.servers.ProjectTree;

/** Everything that a test has opened is closed, however the test or its set-up ends. */
class ScopeExtensionTest {

    private static final List<ChildProcess> STARTED = new CopyOnWriteArrayList<>();
    private static final List<Path> DIRECTORIES = new CopyOnWriteArrayList<>();

    private static void open() {
        STARTED.add(ChildProcess.start(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--version"), Map.of()));
        DIRECTORIES.add(ProjectTree.temporaryDirectory("scope"));
    }

    private static boolean allExist() {
        return !DIRECTORIES.isEmpty() && DIRECTORIES.stream().allMatch(Files::exists);
    }

    @BeforeEach
    void clear() {
        STARTED.clear();
        DIRECTORIES.clear();
    }

    private static void assertNothingLeft(Class<?> tests, int opened) {
        EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                .configurationParameter("junit.jupiter.conditions.deactivate", "org.junit.*DisabledCondition")
                .selectors(selectClass(tests))
                .execute();
        assertEquals(opened, DIRECTORIES.size());
        STARTED.forEach(process -> assertFalse(process.isAlive()));
        DIRECTORIES.forEach(directory -> assertFalse(Files.exists(directory), directory::toString));
    }

    @Disabled("run by a test")
    static class SetUpOfTheClassFails {

        @BeforeAll
        static void fail() {
            open();
            throw new IllegalStateException("halfway");
        }

        @Test
        void neverRuns() {
            open();
        }
    }

    @Test
    void a_class_whose_set_up_fails_leaves_nothing() {
        assertNothingLeft(SetUpOfTheClassFails.class, 1);
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
            assumeTrue(false, "halfway");
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
    void a_test_whose_set_up_aborts_leaves_nothing() {
        assertNothingLeft(SetUpOfTheTestAborts.class, 3);
    }

    @Disabled("run by a test")
    static class Fields {

        private final Path directory = ProjectTree.temporaryDirectory("scope");

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void fails(int number) {
            DIRECTORIES.add(directory);
            open();
            throw new IllegalStateException("test " + number);
        }
    }

    @Test
    void a_test_that_fails_leaves_nothing_including_its_fields() {
        assertNothingLeft(Fields.class, 4);
    }

    @Disabled("run by a test")
    static class ClassAndTests {

        @BeforeAll
        static void start() {
            open();
        }

        @Test
        void one() {
            assertTrue(allExist());
        }

        @Test
        void other() {
            assertTrue(allExist(), "resources of the class stay open for all of its tests");
        }

        @AfterAll
        static void end() {
            if (!allExist()) {
                DIRECTORIES.add(Path.of("/"));
            }
        }
    }

    @Test
    void what_a_class_has_opened_stays_open_until_its_end() {
        assertNothingLeft(ClassAndTests.class, 1);
    }
}
