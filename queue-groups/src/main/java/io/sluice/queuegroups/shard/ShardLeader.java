package io.sluice.queuegroups.shard;

import io.sluice.log.api.ReplicatedLog;
import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.NodeIdentity;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.bus.CommandBatch;
import io.vertx.core.Context;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The leading side of one shard: takes commands in, gets them into the log in fair turns, and answers those that did not get there.
 *
 * <p><em>Invariants:</em> every command taken gets an outcome: from the machine once it is applied, or {@code Failed} from here.
 *
 * <p><em>Confined to:</em> the shard's context.
 */
final class ShardLeader implements Proposer.Listener {
    private final ReplicatedLog log;
    private final ShardStateMachine machine;
    private final NodeIdentity node;
    private final FairQueue queue;
    private final Intake intake;
    private final Proposer proposer;
    private final Ticker ticker;
    private final EventOutbox outbox;
    private final ShardMeters meters;
    private final Int2IntOpenHashMap bootsSeen = new Int2IntOpenHashMap();
    private boolean closing;
    private boolean limitsProposed;

    /** What a leader works with. */
    record Parts(FairQueue queue, Intake intake, EventOutbox outbox, ShardMeters meters, Proposer.Limits limits) {}

    ShardLeader(
            Context context,
            ReplicatedLog log,
            ShardStateMachine machine,
            NodeIdentity node,
            Parts parts,
            LongSupplier clockMs) {
        this.log = log;
        this.machine = machine;
        this.node = node;
        this.queue = parts.queue();
        this.intake = parts.intake();
        this.outbox = parts.outbox();
        this.meters = parts.meters();
        this.proposer = new Proposer(context, log, queue, parts.limits(), clockMs, this);
        this.ticker = new Ticker(context.owner(), clockMs, this::propose);
    }

    /** Commands of a gateway loop. */
    void accept(CommandBatch batch) {
        boolean leads = leads();
        noticeBoot(Origin.unpack(batch.origin()));
        for (ShardCommand command : batch.commands()) {
            if (leads) {
                intake.take(command, this::fail);
            } else {
                fail(command, ErrorCode.UNAVAILABLE, "the queue group's shard does not lead here; retry");
            }
        }
        proposer.pump();
        outbox.flush();
    }

    /** A command of the node's own; whoever waits for its outcome is told by {@code done}. */
    void propose(Pending pending) {
        if (leads()) {
            queue.add(pending);
            proposer.pump();
        } else {
            tell(pending, new IllegalStateException("the shard does not lead here"));
        }
    }

    boolean leads() {
        return !closing && log.isLeader();
    }

    /** This replica leads from now on. */
    void leading() {
        noticeBoot(new Origin(node.number(), node.boot(), 0));
        ticker.due(machine.nextDueMs());
        proposeLimits();
    }

    /** The limits of the node that leads hold on every replica, once they are applied. */
    private void proposeLimits() {
        ShardCommand command = machine.limitsToSet();
        if (command != null && !limitsProposed && leads()) {
            limitsProposed = true;
            propose(new Pending(command, failure -> limitsProposed = false));
        }
    }

    /** Gets an idle shard to apply an entry if somebody waits for one to ask the machine. */
    void nudge() {
        if (machine.hasQuestions() && proposer.isIdle() && leads()) {
            ticker.tick();
        }
    }

    /** About once a second: what events alone would miss. */
    void lookAround(long freeDiskBytes) {
        intake.freeDisk(freeDiskBytes);
        if (leads()) {
            ticker.due(machine.nextDueMs());
            nudge();
            proposeLimits();
        }
    }

    /** Takes nothing more; what waits still goes into the log. */
    void close() {
        closing = true;
        ticker.stop();
    }

    boolean isIdle() {
        return proposer.isIdle();
    }

    @Override
    public void completed(List<Pending> commands, Proposer.Entry entry, @Nullable Throwable failure) {
        if (failure == null) {
            meters.applied(entry, commands.size());
        } else {
            meters.failed(commands.size());
        }
        for (Pending pending : commands) {
            tell(pending, failure);
        }
        outbox.flush();
        if (leads()) {
            ticker.due(machine.nextDueMs());
            nudge();
        }
    }

    /** Consumers of an older boot of a gateway's node are given up when the newer one is first heard of. */
    private void noticeBoot(Origin origin) {
        if (leads() && origin.boot() > bootsSeen.getOrDefault(origin.node(), -1)) {
            bootsSeen.put(origin.node(), origin.boot());
            propose(new Pending(Commands.gatewayLost(origin.node(), origin.boot() - 1), null));
        }
    }

    private void tell(Pending pending, @Nullable Throwable failure) {
        Pending.Done done = pending.done();
        if (done != null) {
            done.done(failure);
        } else if (failure != null) {
            fail(pending.command(), ErrorCode.UNAVAILABLE, "could not be logged now; retry");
        }
    }

    private void fail(ShardCommand command, ErrorCode code, String message) {
        outbox.add(command.origin(), Refusals.failed(command, code, message));
    }
}
