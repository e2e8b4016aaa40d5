package dev.sensorline.application;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.annotation.Priority;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Expressions;
import io.smallrye.config.Priorities;

/**
 * Takes passwords and tokens as they are set. In every other setting <code>${…}</code> is an expression and {@code $$} stands
 * for {@code $}; in a generated password both are characters like any other.
 */
@Priority(Priorities.LIBRARY + 400) // Before SmallRye Config's ExpressionConfigSourceInterceptor, which has 300.
public final class VerbatimSecrets implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final Pattern SECRET = Pattern.compile("(?:.*[._])?(?:password|token)", Pattern.CASE_INSENSITIVE);
    /** How application.properties refers to a variable. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z0-9_]+):}");

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        if (!SECRET.matcher(name).matches()) {
            return context.proceed(name);
        }
        ConfigValue value = Expressions.withoutExpansion(() -> context.proceed(name));
        Matcher variable = VARIABLE.matcher(value == null || value.getValue() == null ? "" : value.getValue());
        if (!variable.matches()) {
            return value;
        }
        ConfigValue secret = Expressions.withoutExpansion(() -> context.proceed(variable.group(1)));
        return secret == null ? value.withValue("") : secret.withName(name);
    }
}
