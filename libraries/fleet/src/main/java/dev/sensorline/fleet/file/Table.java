package dev.sensorline.fleet.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of separated values (RFC 4180). Rows are taken apart when they are asked for. Empty rows are skipped. */
final class Table {

    /** So many are kept in memory. */
    static final int MOST_ROWS = 1_000_000;

    private static final char BYTE_ORDER_MARK = '\ufeff';
    private static final char QUOTE = '"';

    private final String text;
    private final char delimiter;
    private int rows;
    /** Where rows begin and end in the text, and the number of their first line. */
    private int[] starts = new int[64];

    private int[] ends = new int[64];
    private int[] lines = new int[64];

    /** @throws IllegalArgumentException if it has no row or too many */
    Table(String text, char delimiter) {
        this.text = text;
        this.delimiter = delimiter;
        findRows();
        if (rows == 0) {
            throw new IllegalArgumentException("has no rows");
        }
    }

    private void findRows() {
        int start = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        int line = 1;
        int lineOfRow = 1;
        boolean isQuoted = false;
        for (int at = start; at <= text.length(); at++) {
            char c = at == text.length() ? '\n' : text.charAt(at);
            if (c == QUOTE) {
                isQuoted = !isQuoted;
            } else if (c == '\n') {
                line++;
                if (!isQuoted || at == text.length()) {
                    add(start, at, lineOfRow);
                    start = at + 1;
                    lineOfRow = line;
                }
            }
        }
    }

    private void add(int start, int end, int line) {
        if (text.substring(start, end).isBlank()) {
            return;
        }
        if (rows == MOST_ROWS) {
            throw new IllegalArgumentException("has more than %d rows".formatted(MOST_ROWS));
        }
        if (rows == starts.length) {
            starts = Arrays.copyOf(starts, 2 * rows);
            ends = Arrays.copyOf(ends, 2 * rows);
            lines = Arrays.copyOf(lines, 2 * rows);
        }
        starts[rows] = start;
        ends[rows] = end;
        lines[rows] = line;
        rows++;
    }

    int rows() {
        return rows;
    }

    /** The number of the line in which a row begins, from 1. */
    int line(int row) {
        return lines[row];
    }

    /** The cells of a row, without blanks around them. */
    List<String> cells(int row) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean isQuoted = false;
        for (int at = starts[row]; at < ends[row]; at++) {
            char c = text.charAt(at);
            if (c == QUOTE) {
                // A doubled quotation mark in quotation marks is one.
                if (!isQuoted && at > starts[row] && text.charAt(at - 1) == QUOTE) {
                    cell.append(QUOTE);
                }
                isQuoted = !isQuoted;
            } else if (c == delimiter && !isQuoted) {
                cells.add(cell.toString().strip());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString().strip());
        return cells;
    }

    /** A cell of a row; empty if the row ends before it. */
    String cell(int row, int column) {
        List<String> cells = cells(row);
        return column < cells.size() ? cells.get(column) : "";
    }
}
