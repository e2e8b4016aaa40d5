package dev.sensorline.application;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * Documents a setting where it is declared, on a method of a mapping. The table in the service's README is made from it; the
 * default comes from {@code @WithDefault}, and what is allowed from the converter.
 */
@Target(METHOD)
@Retention(CLASS)
public @interface Setting {

    /** What it means, in Markdown. */
    String value();

    /** What applies when the variable is not set and there is no default, in Markdown. */
    String unset() default "none";

    /** What is allowed, where no {@link SettingConverter} says so. */
    String allowed() default "";
}
