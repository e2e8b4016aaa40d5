package dev.sensorline.application;

import jakarta.annotation.Priority;

import org.jspecify.annotations.Nullable;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Expressions;
import io.smallrye.config.Priorities;

/**
 * Takes passwords and tokens as they are set, and URLs with a user in them. In every other setting <code>${…}</code> is an expression and {@code $$} stands
 * for {@code $}; in a generated password both are characters like any other.
 */
@Priority(Priorities.LIBRARY + 400) // Before SmallRye Config's ExpressionConfigSourceInterceptor, which has 300.
public final class VerbatimSecrets implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        // The value of these may have a user and a password before an @.
        boolean isUrl = isLastWord("url", name) || isLastWord("proxy", name);
        if (!isUrl && !isLastWord("password", name) && !isLastWord("token", name)) {
            return context.proceed(name);
        }
        ConfigValue asSet = Expressions.withoutExpansion(() -> context.proceed(name));
        boolean isSecret = !isUrl
                || asSet != null && asSet.getValue() != null && asSet.getValue().indexOf('@') >= 0;
        return isSecret ? asSet : context.proceed(name);
    }

    /** Whether the name of a setting ends with a word, whatever its case. Thousands of names are asked for while a service starts. */
    private static boolean isLastWord(String word, String name) {
        int start = name.length() - word.length();
        return start >= 0
                && name.regionMatches(true, start, word, 0, word.length())
                && (start == 0 || name.charAt(start - 1) == '.' || name.charAt(start - 1) == '_');
    }
}
