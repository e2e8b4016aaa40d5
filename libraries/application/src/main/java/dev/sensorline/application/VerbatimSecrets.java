package dev.sensorline.application;

import java.util.regex.Pattern;

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

    private static final Pattern SECRET = Pattern.compile("(?:.*[._])?(?:password|token)", Pattern.CASE_INSENSITIVE);
    /** Where the value may have a user and a password before an @. */
    private static final Pattern URL = Pattern.compile("(?:.*[._])?(?:url|proxy)", Pattern.CASE_INSENSITIVE);

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        boolean isUrl = URL.matcher(name).matches();
        if (!isUrl && !SECRET.matcher(name).matches()) {
            return context.proceed(name);
        }
        ConfigValue asSet = Expressions.withoutExpansion(() -> context.proceed(name));
        boolean isSecret = !isUrl
                || asSet != null && asSet.getValue() != null && asSet.getValue().indexOf('@') >= 0;
        return isSecret ? asSet : context.proceed(name);
    }
}
