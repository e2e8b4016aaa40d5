package dev.sensorline.mqtt.client.vertx;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The normative statements of MQTT 5, appendix B, that a test proves. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Mqtt5 {

    /** Numbers such as {@code MQTT-3.1.0-1}. */
    String[] value();
}
