package dev.sensorline.servers.junit;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

import dev.sensorline.servers.Feature;
import dev.sensorline.servers.Scope;

/**
 * Gives each test class and each test a {@link Scope}: what is opened in it is closed with it, even if a set-up method fails
 * and the clean-up of the test does not run. Also skips tests that {@link Needs} a missing feature. JUnit loads the
 * extension as a service.
 */
public final class ScopeExtension implements InvocationInterceptor, ExecutionCondition {

    private static final Namespace NAMESPACE = Namespace.create(ScopeExtension.class);

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getElement()
                .flatMap(element -> AnnotationSupport.findAnnotation(element, Needs.class))
                .flatMap(needs -> Feature.missing(needs.value()))
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("nothing is missing"));
    }

    private static <T> T in(ExtensionContext context, Invocation<T> invocation) throws Throwable {
        // JUnit closes the scope at the end of the context, after all clean-up methods. The key contains the id,
        // because a store also returns values of its parents, and a test must not use the scope of its class.
        Scope scope =
                context.getStore(NAMESPACE).computeIfAbsent(context.getUniqueId(), id -> new Scope(), Scope.class);
        scope.enter();
        try {
            return invocation.proceed();
        } finally {
            scope.leave();
        }
    }

    @Override
    public <T> T interceptTestClassConstructor(
            Invocation<T> invocation, ReflectiveInvocationContext<Constructor<T>> call, ExtensionContext context)
            throws Throwable {
        return in(context, invocation);
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        in(context, invocation);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        in(context, invocation);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        in(context, invocation);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        in(context, invocation);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        in(context, invocation);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        in(context, invocation);
    }
}
