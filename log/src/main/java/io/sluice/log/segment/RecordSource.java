package io.sluice.log.segment;

import org.jspecify.annotations.Nullable;

/** Where an entry can be had that is damaged here: the other replicas. */
@FunctionalInterface
public interface RecordSource {
    /** The entry as another replica has it, or null when none that can be reached has it. Blocks. */
    @Nullable
    LogRecord fetch(long index);
}
