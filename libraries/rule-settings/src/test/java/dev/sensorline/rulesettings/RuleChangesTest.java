package dev.sensorline.rulesettings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.sensorline.points.rules.Retained;
import dev.sensorline.points.rules.Rules;
import dev.sensorline.points.rules.SameTime;

class RuleChangesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a.topic=a/{x}|a.topic=a/{x}|no rule is different",
                "a.topic=a/{x};b.topic=b/{x}|b.topic=b/{x};a.topic=a/{x}|no rule is different",
                "a.topic=a/{x}|a.topic=a/{x};b.topic=b/{x}|new: ingestor.rules.b.topic=b/{x}",
                "a.topic=a/{x};b.topic=b/{x}|b.topic=b/{x}|gone: ingestor.rules.a.topic=a/{x}",
                "a.topic=a/{x}|a.topic=a/{x};a.measurement=m|changed: ingestor.rules.a.topic=a/{x}",
                "a.topic=a/{x}|a.topic=a/{x};a.ignore=true|changed: ingestor.rules.a.topic=a/{x}",
                "a.topic=a/{x};b.topic=b/{x}|b.topic=b/{x};b.fields=v;c.topic=c/{x}|"
                        + "changed: ingestor.rules.b.topic=b/{x}; new: ingestor.rules.c.topic=c/{x}; gone: ingestor.rules.a.topic=a/{x}",
                "a.topic=a/{x}|a.topic=b/{x}|new: ingestor.rules.a.topic=b/{x}; gone: ingestor.rules.a.topic=a/{x}"
            })
    void rules_that_are_different_are_named_by_the_setting_of_their_topic(String before, String after, String words) {
        assertEquals(words, RuleChanges.between(rules(before), rules(after)));
    }

    private static Rules rules(String settings) {
        Map<String, Map<String, String>> rules = new TreeMap<>();
        for (String setting : settings.split(";")) {
            String[] parts = setting.split("[.=]", 3);
            rules.computeIfAbsent(parts[0], name -> new TreeMap<>()).put(parts[1], parts[2]);
        }
        Environment environment = new Environment(Set.of(), property -> property);
        return RuleSet.of(List.of(), rules, SameTime.EXACT, Retained.TIMED, environment)
                .rules();
    }
}
