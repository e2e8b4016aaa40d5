package dev.sensorline.console.settings;

import org.junit.jupiter.api.Test;

import dev.sensorline.servers.ProjectTree;
import dev.sensorline.settings.DeclaredSetting;
import dev.sensorline.settings.SettingsTable;

/** The table of variables in this module's README. */
class SettingsReferenceTest {

    @Test
    void the_readme_has_the_settings_that_the_mapping_declares() {
        SettingsTable.check(
                ProjectTree.root().resolve("console/README.md"),
                DeclaredSetting.of(ConsoleConfig.class, Variables::of),
                "mvn test -pl console -am -Dtest=SettingsReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dsettings.write");
    }
}
