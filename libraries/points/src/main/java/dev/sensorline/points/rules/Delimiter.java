package dev.sensorline.points.rules;

/** What separates the cells of a row. */
public enum Delimiter {
    COMMA(','),
    SEMICOLON(';'),
    TAB('\t'),
    PIPE('|');

    private final char character;

    Delimiter(char character) {
        this.character = character;
    }

    /** In ASCII. */
    public char character() {
        return character;
    }
}
