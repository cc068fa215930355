package io.sluice.gateway.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for the end of an event loop's turn: so that confirms, acks and frames of one turn leave in one piece each.
 *
 * <p><em>Invariants:</em> tasks run in the order in which they were added; what a task adds runs in the same go. <em>Confined to:</em> one event loop.
 */
public final class Turn {
    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

    private final Executor afterTurn;
    private final List<Runnable> tasks = new ArrayList<>();
    private boolean scheduled;

    /** @param afterTurn runs a task on this loop once the current turn's input is worked off */
    public Turn(Executor afterTurn) {
        this.afterTurn = afterTurn;
    }

    public void atEnd(Runnable task) {
        tasks.add(task);
        if (!scheduled) {
            scheduled = true;
            afterTurn.execute(this::run);
        }
    }

    private void run() {
        for (int i = 0; i < tasks.size(); i++) {
            runOne(tasks.get(i));
        }
        tasks.clear();
        scheduled = false;
    }

    /** A bug in the service of one connection must not reach the others. */
    private static void runOne(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("work at the end of a loop turn failed", e);
        }
    }
}
