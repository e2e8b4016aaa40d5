package dev.sensorline.servers.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.sensorline.servers.Feature;

/** Skips a test, or all tests of a class, if a feature is missing. This happens before any server is started. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {

    Feature[] value();
}
