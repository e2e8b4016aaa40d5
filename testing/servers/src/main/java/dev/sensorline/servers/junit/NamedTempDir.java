package dev.sensorline.servers.junit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

import dev.sensorline.servers.ProjectTree;

/** Creates temporary directories of tests with the prefix by which {@code .ci/leftovers} finds what was not deleted. */
public final class NamedTempDir implements TempDirFactory {

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
        return Files.createTempDirectory(ProjectTree.TEMPORARY_PREFIX + "test-");
    }
}
