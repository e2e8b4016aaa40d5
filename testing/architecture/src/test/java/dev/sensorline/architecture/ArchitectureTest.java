package dev.sensorline.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClass.Predicates;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** What may depend on what, in the main classes of all modules. */
@AnalyzeClasses(packages = "dev.sensorline")
class ArchitectureTest {

    private static final String[] SERVICES = {
        "dev.sensorline.simulator..", "dev.sensorline.ingestor..", "dev.sensorline.console.."
    };

    @ArchTest
    static final ArchRule packages_are_free_of_cycles =
            slices().matching("dev.sensorline.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule points_depend_on_the_jdk_and_parsers_only = classes()
            .that()
            .resideInAPackage("dev.sensorline.points..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.sensorline.points..",
                    "java..",
                    "com.fasterxml.jackson.core..",
                    "com.fasterxml.jackson.dataformat.cbor..",
                    "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule fleets_depend_on_the_jdk_and_yaml_only = classes()
            .that()
            .resideInAPackage("dev.sensorline.fleet..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.sensorline.fleet..", "java..", "org.snakeyaml.engine.v2..", "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule the_mqtt_client_knows_no_framework = noClasses()
            .that()
            .resideInAPackage("dev.sensorline.mqtt.client..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta..", "javax.inject..", "org.eclipse.microprofile..", "io.quarkus..", "io.smallrye..");

    @ArchTest
    static final ArchRule the_mqtt_clients_api_shows_neither_vertx_nor_netty = classes()
            .that()
            .resideInAPackage("dev.sensorline.mqtt.client")
            .and()
            .arePublic()
            .should(showNothingOf("io.vertx", "io.netty"));

    @ArchTest
    static final ArchRule services_do_not_depend_on_each_other = slices().matching("dev.sensorline.(*)..")
            .as("services")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(Predicates.resideOutsideOfPackages(SERVICES), DescribedPredicate.alwaysTrue())
            .ignoreDependency(DescribedPredicate.alwaysTrue(), Predicates.resideOutsideOfPackages(SERVICES));

    @ArchTest
    static final ArchRule live_sensors_are_plain_java = classes()
            .that()
            .resideInAnyPackage("dev.sensorline.console.live", "dev.sensorline.console.inbound..")
            .and()
            .doNotHaveSimpleName("MessageChannel")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.sensorline..", "java..", "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule services_and_libraries_depend_on_no_servers_of_tests = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.sensorline.servers..",
                    "dev.sensorline.devservices..",
                    "dev.sensorline.embedded..",
                    "dev.sensorline.demo..")
            .should()
            .dependOnClassesThat(Predicates.resideInAnyPackage(
                    "dev.sensorline.servers..",
                    "dev.sensorline.devservices..",
                    "dev.sensorline.embedded..",
                    "dev.sensorline.demo.."));

    /** Quarkus reads its annotations in services and indexed libraries only; elsewhere they have no effect, without a word. */
    @ArchTest
    static final ArchRule libraries_that_quarkus_does_not_index_name_their_reflection_in_a_file = noClasses()
            .that()
            .resideOutsideOfPackages(SERVICES)
            .and()
            .resideOutsideOfPackage("dev.sensorline.mqtt.connector..")
            .should()
            .beAnnotatedWith("io.quarkus.runtime.annotations.RegisterForReflection");

    /** In supertypes and in the signatures of what is public or protected; what is inside methods does not count. */
    private static ArchCondition<JavaClass> showNothingOf(String... packages) {
        return new ArchCondition<>("show nothing of " + String.join(" or ", packages)) {

            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Stream<JavaType> supertypes =
                        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
                report(type, type.getName(), supertypes, events);
                type.getMembers().stream()
                        .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                                || member.getModifiers().contains(JavaModifier.PROTECTED))
                        .forEach(member -> report(type, member.getFullName(), signature(member), events));
            }

            private void report(JavaClass type, String where, Stream<JavaType> shown, ConditionEvents events) {
                shown.map(JavaType::getAllInvolvedRawTypes)
                        .flatMap(Set::stream)
                        .filter(raw -> Stream.of(packages)
                                .anyMatch(name -> raw.getPackageName().startsWith(name)))
                        .map(raw -> where + " shows " + raw.getName())
                        .distinct()
                        .forEach(message -> events.add(SimpleConditionEvent.violated(type, message)));
            }
        };
    }

    private static Stream<JavaType> signature(JavaMember member) {
        if (member instanceof JavaField field) {
            return Stream.of(field.getType());
        }
        JavaCodeUnit method = (JavaCodeUnit) member;
        return Stream.of(
                        Stream.of(method.getReturnType()),
                        method.getParameterTypes().stream(),
                        method.getThrowsClause().getTypes().stream())
                .flatMap(types -> types);
    }
}
