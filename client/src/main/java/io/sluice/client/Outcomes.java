package io.sluice.client;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Callbacks taken out of the window with their outcome, to be run outside its lock. */
final class Outcomes implements Runnable {
    private PublishCallback[] callbacks = new PublishCallback[64];
    private long[] sequences = new long[64];
    private int count;
    private final @Nullable PublishRejectedException rejection;

    /** @param rejection outcome of all of them, null: confirmed */
    Outcomes(@Nullable PublishRejectedException rejection) {
        this.rejection = rejection;
    }

    void add(PublishCallback callback, long sequence) {
        if (count == callbacks.length) {
            callbacks = Arrays.copyOf(callbacks, 2 * count);
            sequences = Arrays.copyOf(sequences, 2 * count);
        }
        callbacks[count] = callback;
        sequences[count++] = sequence;
    }

    int count() {
        return count;
    }

    /** Tells every callback; one that throws does not keep the others from being told. */
    @Override
    public void run() {
        RuntimeException thrown = null;
        for (int i = 0; i < count; i++) {
            try {
                callbacks[i].onOutcome(sequences[i], rejection);
            } catch (RuntimeException e) {
                thrown = e;
            }
        }
        if (thrown != null) {
            throw thrown;
        }
    }
}
