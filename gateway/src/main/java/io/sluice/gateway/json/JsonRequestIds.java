package io.sluice.gateway.json;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import org.jspecify.annotations.Nullable;

/** The numbers under which a JSON client's requests go to the session, and what the client called them. */
final class JsonRequestIds {
    private final Int2ObjectOpenHashMap<Request> open = new Int2ObjectOpenHashMap<>();
    private int last;

    /** @param id what the client called it @param queue that it was about */
    record Request(@Nullable Object id, String queue) {}

    /** A number that is above 0 and not open. */
    int next() {
        do {
            last = last == Integer.MAX_VALUE ? 1 : last + 1;
        } while (open.containsKey(last));
        return last;
    }

    int remember(@Nullable Object id, String queue) {
        int number = next();
        open.put(number, new Request(id, queue));
        return number;
    }

    /** The request, which is answered now, or null. */
    @Nullable
    Request answered(int number) {
        return open.remove(number);
    }
}
