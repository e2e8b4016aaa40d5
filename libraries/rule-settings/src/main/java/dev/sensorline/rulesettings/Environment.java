package dev.sensorline.rulesettings;

import java.util.Set;
import java.util.function.UnaryOperator;

/** The variables that are set: of this process, or in tests any others. Error messages about rules name them. */
public final class Environment {

    private final Set<String> variables;
    private final UnaryOperator<String> variableOf;

    /**
     * Of this process.
     *
     * @param variableOf the variable that sets a property, by the property's name
     */
    public Environment(UnaryOperator<String> variableOf) {
        this(System.getenv().keySet(), variableOf);
    }

    public Environment(Set<String> variables, UnaryOperator<String> variableOf) {
        this.variables = variables;
        this.variableOf = variableOf;
    }

    Set<String> variables() {
        return variables;
    }

    /** The variable that sets a property; for a rule's property without such a variable the property itself, as in a file. */
    public String nameOf(String property) {
        String variable = variableOf.apply(property);
        boolean isInFile = RuleSet.isOfRule(property) && !variables.contains(variable);
        return isInFile ? property : variable;
    }
}
