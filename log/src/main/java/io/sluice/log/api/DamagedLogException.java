package io.sluice.log.api;

import java.io.IOException;

/** Bytes that were once forced to disk are not there as written; names file and offset. */
public final class DamagedLogException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offsetBytes;

    public DamagedLogException(String file, long offsetBytes, String what) {
        super("damaged log: " + file + " at offset " + offsetBytes + ": " + what);
        this.file = file;
        this.offsetBytes = offsetBytes;
    }

    public String file() {
        return file;
    }

    public long offsetBytes() {
        return offsetBytes;
    }
}
