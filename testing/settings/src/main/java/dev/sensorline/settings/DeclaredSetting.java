package dev.sensorline.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.Index;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;
import org.jboss.jandex.Type;

import dev.sensorline.application.Setting;
import dev.sensorline.application.SettingConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import io.smallrye.config.common.utils.StringUtil;

/**
 * A setting as a mapping declares it.
 *
 * @param property     {@code ingestor.mqtt.port}
 * @param variable     {@code MQTT_PORT}
 * @param type         what it is read as, {@code int} for example
 * @param defaultValue empty when there is none
 * @param unset        what applies then, in Markdown
 * @param allowed      what is allowed; empty when any text is
 * @param meaning      in Markdown
 */
public record DeclaredSetting(
        String property,
        String variable,
        String type,
        Optional<String> defaultValue,
        String unset,
        String allowed,
        String meaning) {

    /**
     * All settings of a mapping: of each interface first its own, in the order of the source, then those it inherits.
     *
     * @param variableOf the variable that sets a property, by the property's name
     */
    public static List<DeclaredSetting> of(Class<?> mapping, UnaryOperator<String> variableOf) {
        List<DeclaredSetting> settings = new ArrayList<>();
        collect(mapping, mapping.getAnnotation(ConfigMapping.class).prefix(), variableOf, settings);
        return settings;
    }

    private static void collect(
            Class<?> mapping, String prefix, UnaryOperator<String> variableOf, List<DeclaredSetting> settings) {
        for (MethodInfo method : declared(mapping).unsortedMethods()) {
            String property = prefix + "." + name(method);
            if (method.hasDeclaredAnnotation(Setting.class)) {
                settings.add(of(method, property, variableOf.apply(property)));
            } else if (Modifier.isAbstract(method.flags())
                    && method.returnType().kind() == Type.Kind.CLASS) {
                Class<?> part = loaded(method.returnType().name().toString());
                if (part.isInterface() && part.getEnclosingClass() == mapping) {
                    collect(part, property, variableOf, settings);
                }
            }
        }
        for (Class<?> inherited : mapping.getInterfaces()) {
            collect(inherited, prefix, variableOf, settings);
        }
    }

    private static String name(MethodInfo method) {
        AnnotationInstance given = method.declaredAnnotation(WithName.class);
        return given == null ? StringUtil.skewer(method.name()) : given.value().asString();
    }

    private static DeclaredSetting of(MethodInfo method, String property, String variable) {
        AnnotationInstance setting = method.declaredAnnotation(Setting.class);
        IndexView annotations = declared(Setting.class, SettingConverter.class);
        return new DeclaredSetting(
                property,
                variable,
                method.returnType().name().local(),
                Optional.ofNullable(method.declaredAnnotation(WithDefault.class))
                        .map(given -> given.value().asString()),
                setting.valueWithDefault(annotations, "unset").asString(),
                method.annotations(WithConverter.class).stream()
                        .findFirst()
                        .flatMap(converter -> allowed(
                                loaded(converter.value().asClass().name().toString())))
                        .orElse(setting.valueWithDefault(annotations, "allowed").asString()),
                setting.value().asString());
    }

    private static Optional<String> allowed(Class<?> converter) {
        try {
            return converter.getDeclaredConstructor().newInstance() instanceof SettingConverter<?> setting
                    ? Optional.of(setting.allowed())
                    : Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ClassInfo declared(Class<?> type) {
        return declared(new Class<?>[] {type}).getClassByName(type);
    }

    private static Index declared(Class<?>... types) {
        try {
            return Index.of(types);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> loaded(String name) {
        try {
            return Class.forName(name, false, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
