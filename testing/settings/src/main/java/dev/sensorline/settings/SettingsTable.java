package dev.sensorline.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The table of settings in a README, between two lines of comment. It is made from the mapping, and never edited. */
public final class SettingsTable {

    /** System property: when it is set, a table that differs is written anew. */
    public static final String WRITE = "settings.write";

    private static final Pattern SECTION =
            Pattern.compile("(<!-- settings: .*-->\n)(.*?)(<!-- /settings -->\n)", Pattern.DOTALL);

    private SettingsTable() {}

    /**
     * Compares the table in a file with the settings, and writes it when {@value #WRITE} is set.
     *
     * @param command what writes the table
     * @throws AssertionError when it differs, naming the command
     */
    public static void check(Path file, List<DeclaredSetting> settings, String command) {
        try {
            String text = Files.readString(file);
            Matcher section = SECTION.matcher(text);
            if (!section.find()) {
                throw new AssertionError(file + " has no table between <!-- settings: … --> and <!-- /settings -->");
            }
            String table = "\n" + of(settings) + "\n";
            if (section.group(2).equals(table)) {
                return;
            }
            if (System.getProperty(WRITE) == null) {
                throw new AssertionError(
                        "The table of settings in %s is not what the mapping declares. Write it with\n  %s"
                                .formatted(file, command));
            }
            Files.writeString(file, text.substring(0, section.end(1)) + table + text.substring(section.start(3)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String of(List<DeclaredSetting> settings) {
        return settings.stream()
                .map(SettingsTable::row)
                .collect(Collectors.joining(
                        "", "| variable | default | allowed | meaning |\n| --- | --- | --- | --- |\n", ""));
    }

    private static String row(DeclaredSetting setting) {
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        setting.variable(),
                        setting.defaultValue().map(value -> "`" + value + "`").orElse(setting.unset()),
                        setting.allowed(),
                        setting.meaning())
                .replace("|  |", "| |");
    }
}
