package dev.sensorline.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NamePatternTest {

    @ParameterizedTest
    @CsvSource({
        "press-{n}, 1, 3, 0, press-1",
        "press-{n}, 1, 3, 2, press-3",
        "press-{n}-a, 10, 3, 1, press-11-a",
        "press, 1, 3, 2, press-3",
        "press, 1, 1, 0, press",
        "{n}, 0, 5, 4, 4",
        "p{n}, 5, 1, 0, p5",
    })
    void a_name_has_the_number_of_its_sensor(String text, int first, int count, int sensor, String name) {
        NamePattern names = NamePattern.of(text, first, count);
        assertEquals(name, names.name(sensor));
        assertEquals(OptionalInt.of(sensor), names.sensor(name));
    }

    @ParameterizedTest
    @CsvSource({"p-0", "p-4", "p-01", "p-+1", "p-", "p-x", "q-1", "p-1x", "p", "p-99999999999", "p--1"})
    void other_names_have_no_sensor(String name) {
        assertEquals(OptionalInt.empty(), NamePattern.of("p-{n}", 1, 3).sensor(name));
        assertEquals(OptionalInt.empty(), NamePattern.of("other", 1, 1).sensor(name));
    }

    @Property
    void two_patterns_have_a_common_name_if_the_sets_of_their_names_have(
            @ForAll("patterns") NamePattern one, @ForAll("patterns") NamePattern other) {
        Set<String> common = names(one);
        common.retainAll(names(other));
        Optional<String> found = one.common(other);
        assertEquals(common.isEmpty(), found.isEmpty());
        found.ifPresent(name -> assertEquals(true, common.contains(name)));
    }

    @Provide
    Arbitrary<NamePattern> patterns() {
        Arbitrary<String> texts =
                Arbitraries.of("{n}", "1{n}", "{n}1", "a{n}", "a1{n}", "a{n}1", "a1{n}1", "a", "a-1", "a-11", "11");
        return Combinators.combine(
                        texts,
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.integers().between(1, 120))
                .as(NamePattern::of);
    }

    private static Set<String> names(NamePattern pattern) {
        Set<String> names = new HashSet<>();
        for (int sensor = 0; sensor < pattern.count(); sensor++) {
            names.add(pattern.name(sensor));
        }
        return names;
    }

    @Test
    void names_of_a_hundred_thousand_sensors_are_compared_at_once() {
        NamePattern one = NamePattern.of("s-{n}", 1, 100_000);
        assertEquals(Optional.empty(), one.common(NamePattern.of("s-{n}", 100_001, 100_000)));
        assertEquals(Optional.of("s-100000"), one.common(NamePattern.of("s-{n}", 100_000, 100_000)));
    }
}
