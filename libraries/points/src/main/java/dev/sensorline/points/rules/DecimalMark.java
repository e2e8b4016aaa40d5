package dev.sensorline.points.rules;

/** What separates the fraction of a number in a text. JSON numbers always have a point. */
public enum DecimalMark {
    POINT,
    COMMA;

    /** A number with a point in place of this mark. Of a number with another mark it makes none, because that may group digits. */
    public String toPoint(String number) {
        return this == POINT ? number : number.replace('.', '_').replace(',', '.');
    }
}
