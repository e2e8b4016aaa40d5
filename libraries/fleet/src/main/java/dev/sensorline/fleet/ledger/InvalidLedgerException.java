package dev.sensorline.fleet.ledger;

import java.io.IOException;

/** A file is no ledger, or a damaged one. The message is the predicate of a sentence about the file. */
public final class InvalidLedgerException extends IOException {

    private static final long serialVersionUID = 1;

    public InvalidLedgerException(String message) {
        super(message);
    }
}
