/**
 * What all services do alike as processes: they read settings, report invalid ones in one line ({@link
 * dev.sensorline.application.StartFailure}), and write a log that never holds them up ({@link
 * dev.sensorline.application.ConsoleLog}).
 */
@NullMarked
package dev.sensorline.application;

import org.jspecify.annotations.NullMarked;
