package dev.sensorline.fleet.verify;

/**
 * What was found of a sensor.
 *
 * @param points             readings that are stored
 * @param missing            readings that are not
 * @param unexplained        points and gaps without an explanation
 * @param repeated           points that are there again
 * @param reordered          points that arrived behind one of a later reading; known only where times are those of arrival
 * @param meanLatenessMicros from when readings were due to their arrival, or to when they were sent where the arrival is not known
 * @param mostLatenessMicros the greatest of these
 */
public record SensorReport(
        String group,
        String name,
        long points,
        long missing,
        long unexplained,
        long repeated,
        long reordered,
        long meanLatenessMicros,
        long mostLatenessMicros) {}
