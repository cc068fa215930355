package io.sluice.metrics;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something made when first asked for: a series costs about a kilobyte, and many tenants use few of theirs.
 *
 * <p>Safe for any thread; the maker may be asked twice and answers the same both times.
 */
final class Lazy<T> {
    private final Supplier<T> maker;
    private volatile @Nullable T made;

    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    T get() {
        T here = made;
        if (here == null) {
            here = maker.get();
            made = here;
        }
        return here;
    }
}
