package dev.sensorline.ingestor.settings;

import java.util.Set;

import jakarta.inject.Singleton;

/** The variables that are set: of this process, or in tests any others. Error messages about rules name them. */
@Singleton
public final class Environment {

    private final Set<String> variables;

    public Environment() {
        this(System.getenv().keySet());
    }

    Environment(Set<String> variables) {
        this.variables = variables;
    }

    Set<String> variables() {
        return variables;
    }

    /** The variable that sets a property; for a rule's property without such a variable the property itself, as in a file. */
    public String nameOf(String property) {
        String variable = Variables.of(property);
        boolean isInFile = Variables.isOfRule(property) && !variables.contains(variable);
        return isInFile ? property : variable;
    }
}
