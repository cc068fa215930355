package io.sluice.queuegroups.shard;

import io.sluice.log.api.ReplicatedLog;
import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.NodeIdentity;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.bus.CommandBatch;
import io.sluice.queuegroups.bus.LoopReport;
import io.vertx.core.Context;
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
final class ShardLeader implements Proposer.Listener, Recovery.Leader {
    private final ReplicatedLog log;
    private final ShardStateMachine machine;
    private final Recovery recovery;
    private final FairQueue queue;
    private final Intake intake;
    private final Proposer proposer;
    private final Ticker ticker;
    private final StateHashes hashes;
    private final EventOutbox outbox;
    private final ShardMeters meters;
    private boolean closing;
    private boolean limitsProposed;

    /**
     * What a leader works with.
     *
     * @param steadyMs a clock that never jumps
     */
    record Parts(
            FairQueue queue,
            Intake intake,
            EventOutbox outbox,
            ShardMeters meters,
            Proposer.Limits limits,
            Recovery.Patience patience,
            LongSupplier steadyMs) {}

    ShardLeader(
            Context context,
            ReplicatedLog log,
            ShardStateMachine machine,
            NodeIdentity node,
            Parts parts,
            LongSupplier clockMs) {
        this.log = log;
        this.machine = machine;
        this.queue = parts.queue();
        this.intake = parts.intake();
        this.outbox = parts.outbox();
        this.meters = parts.meters();
        this.proposer = new Proposer(context, log, queue, parts.limits(), clockMs, this);
        this.ticker = new Ticker(context.owner(), clockMs, this::propose);
        Recovery.Clock steady = new Recovery.Clock(parts.steadyMs(), task -> context.runOnContext(now -> task.run()));
        this.recovery = new Recovery(machine, outbox, this, steady, node, parts.patience());
        this.hashes = new StateHashes(machine, clockMs, this::propose);
    }

    /** Commands of a gateway loop. */
    void accept(CommandBatch batch) {
        boolean leads = leads();
        if (!recovery.heard(Origin.unpack(batch.origin()))) {
            return;
        }
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

    /** A gateway loop lives and may have questions. */
    void accept(LoopReport report) {
        recovery.report(report);
    }

    /** About every half a second: finds what the bus lost. */
    void lookAfterGateways() {
        recovery.tick();
    }

    /** The machine is being asked something; answered by the same entry. */
    void lookToo() {
        recovery.askToLook();
    }

    /** A group came to this shard, or goes on in it. */
    void groupsCame() {
        recovery.groupsCame();
    }

    /** Whether publishes, and groups from other shards, have to wait for room on disk. */
    boolean isShortOfDisk() {
        return intake.isShortOfDisk();
    }

    /** A command of the node's own; whoever waits for its outcome is told by {@code done}. */
    @Override
    public void propose(Pending pending) {
        if (leads()) {
            queue.add(pending);
            proposer.pump();
        } else {
            tell(pending, new IllegalStateException("the shard does not lead here"));
        }
    }

    @Override
    public boolean leads() {
        return !closing && log.isLeader();
    }

    /** This replica leads from now on. */
    void leading() {
        recovery.leading();
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
    @Override
    public void nudge() {
        if (machine.hasQuestions() && proposer.isIdle() && leads()) {
            ticker.tick();
        }
    }

    /** About once a second: what events alone would miss. */
    void lookAround(long freeDiskBytes, boolean tooFewHaveRoom) {
        intake.disks(freeDiskBytes, tooFewHaveRoom);
        if (leads()) {
            ticker.due(machine.nextDueMs());
            hashes.proposeIfDue();
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
            hashes.applied(entry.sizeBytes());
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
