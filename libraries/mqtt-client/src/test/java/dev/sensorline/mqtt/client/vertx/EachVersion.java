package dev.sensorline.mqtt.client.vertx;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.sensorline.mqtt.client.ProtocolVersion;

/** A test that runs with MQTT 3.1.1 and with MQTT 5. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ParameterizedTest
@EnumSource(value = ProtocolVersion.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
@interface EachVersion {}
