package dev.sensorline.servers.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.sensorline.servers.Feature;

/** A test, or all tests of a class, that are skipped where a feature is missing, before anything is started for them. */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {

    Feature[] value();
}
