package dev.sensorline.points.decoding.format;

import java.io.IOException;
import java.util.List;

import com.fasterxml.jackson.core.JsonToken;

import dev.sensorline.points.Rejection.Reason;
import dev.sensorline.points.decoding.extraction.CompiledRule;
import dev.sensorline.points.decoding.extraction.InvalidReadingException;
import dev.sensorline.points.rules.Rule;

/** Rows of cells. The rule or the first row names the columns. An invalid row is set aside, and the others are read. */
public final class CsvFormat implements PayloadFormat {

    @Override
    public boolean accepts(byte firstByte, CompiledRule rule) {
        return true;
    }

    @Override
    public void extract(byte[] payload, Documents documents) throws InvalidReadingException {
        Rule.Csv form = documents.begin(false).content().csv();
        CsvRows rows = new CsvRows(payload, form.delimiter().character());
        List<String> columns = form.columns();
        if (columns.isEmpty() && rows.next()) {
            columns = List.copyOf(rows.cells());
        }
        int index = 0;
        for (boolean isRow = next(rows, documents); isRow; isRow = next(rows, documents)) {
            if (hasCellsFor(columns, rows.cells())) {
                extract(columns, rows.cells(), index, documents);
                documents.endLine(rows.line());
            } else if (!rows.cells().isEmpty()) {
                documents.rejectLine(
                        rows.line(),
                        new InvalidReadingException(
                                Reason.MALFORMED, rows.cells().size() + " cells, but " + columns.size() + " columns"));
            }
            index++;
        }
        if (index == 0) {
            documents.foundNothing();
        }
    }

    /** Moves to the next row. An invalid one is set aside, and has no cells. */
    private static boolean next(CsvRows rows, Documents documents) throws InvalidReadingException {
        try {
            return rows.next();
        } catch (InvalidReadingException e) {
            documents.rejectLine(rows.line(), e);
            rows.cells().clear();
            return true;
        }
    }

    /** Whether there is a cell for each column. A delimiter at the end of the row is no further cell. */
    private static boolean hasCellsFor(List<String> columns, List<String> cells) {
        int count = columns.size();
        return cells.size() == count
                || cells.size() == count + 1 && cells.get(count).isEmpty();
    }

    private static void extract(List<String> columns, List<String> cells, int index, Documents documents)
            throws InvalidReadingException {
        for (CompiledRule rule = documents.begin(false); rule != null; rule = documents.next()) {
            try (RowParser parser = new RowParser(columns, cells)) {
                JsonToken token = parser.nextToken();
                if (rule.hasStepOfRows()) {
                    rule.paths().extractElement(index, parser, token);
                } else {
                    rule.paths().extract(parser, token);
                }
            } catch (IOException e) {
                throw new InvalidReadingException(Reason.MALFORMED, e.getMessage());
            }
        }
    }
}
