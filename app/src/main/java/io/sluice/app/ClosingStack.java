package io.sluice.app;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened, closed in reverse order; one that fails doesn't keep the others open. Confined to one thread at a time. */
final class ClosingStack {
    private static final Logger LOG = LoggerFactory.getLogger(ClosingStack.class);

    private final Deque<Part> parts = new ArrayDeque<>();

    private record Part(String name, AutoCloseable closeable) {}

    <T extends AutoCloseable> T add(String name, T part) {
        LOG.debug("{} up", name);
        parts.push(new Part(name, part));
        return part;
    }

    /** Whether all closed without a failure; failures are logged. */
    boolean closeAll() {
        boolean clean = true;
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                LOG.debug("closing {}", part.name());
                part.closeable().close();
            } catch (Exception e) {
                clean = false;
                LOG.error("{} did not close in order", part.name(), e);
            }
        }
        return clean;
    }
}
