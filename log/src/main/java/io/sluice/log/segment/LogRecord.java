package io.sluice.log.segment;

import java.nio.ByteBuffer;

/** One entry of the log as the store takes it and gives it back; {@code body}'s remaining bytes are never altered. */
public record LogRecord(long index, long term, RecordType type, ByteBuffer body) {}
