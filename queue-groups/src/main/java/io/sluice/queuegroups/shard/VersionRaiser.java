package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.api.Commands;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Raises the machine's behaviour to the newest version that every holder of the shard supports: the leader asks each, and goes on asking while one is silent.
 *
 * <p><em>Invariants:</em> nothing is proposed before all have answered. <em>Confined to:</em> the shard's context.
 */
final class VersionRaiser {
    private final int newest;
    private final IntSupplier inForce;
    private final Supplier<List<String>> holders;
    private final Function<String, Future<Integer>> ask;
    private final Consumer<Pending> propose;
    private boolean busy;

    /**
     * @param newest that this release supports
     * @param holders ids of the nodes with a replica, this one among them
     * @param ask the newest version that a node supports; fails where it does not say
     */
    VersionRaiser(
            int newest,
            IntSupplier inForce,
            Supplier<List<String>> holders,
            Function<String, Future<Integer>> ask,
            Consumer<Pending> propose) {
        this.newest = newest;
        this.inForce = inForce;
        this.holders = holders;
        this.ask = ask;
        this.propose = propose;
    }

    /** From time to time, where this replica leads. */
    void lookAround() {
        if (busy || inForce.getAsInt() >= newest) {
            return;
        }
        busy = true;
        List<Future<Integer>> answers = holders.get().stream().map(ask).toList();
        Future.join(answers).onComplete(all -> {
            busy = false;
            if (all.succeeded()) {
                raise(answers.stream().mapToInt(Future::result).min().orElse(0));
            }
        });
    }

    private void raise(int supportedByAll) {
        int version = Math.min(newest, supportedByAll);
        if (version > inForce.getAsInt()) {
            busy = true;
            propose.accept(new Pending(Commands.raiseVersion(version), failure -> busy = false));
        }
    }
}
