package io.sluice.queuegroups.shard;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.ShardCommand;

/**
 * Decides what becomes of a command that arrives at a shard's leader: it waits for the log, it waits as a refusal that uses up its sequences, or it fails at once.
 *
 * <p>Only a PUBLISH is refused for want of room or disk; what frees both (settlements, unsubscribes, deletions) goes on up to a second bound, and past that
 * one is answered, never dropped.
 *
 * <p><em>Confined to:</em> the shard's context.
 */
final class Intake {
    private final FairQueue queue;
    private final Bounds bounds;
    private final NodeFigures figures;
    private String diskShort = "";
    private long lastTenantId = -1;
    private TenantFigures lastTenant;

    /**
     * @param maxPendingBytes cost of a tenant's waiting commands beyond which its PUBLISH commands are refused; other commands beyond twice as much
     * @param maxCommandBytes largest command that fits into an entry
     * @param reserveBytes free disk below which PUBLISH commands are refused
     */
    record Bounds(long maxPendingBytes, int maxCommandBytes, long reserveBytes) {}

    /** Told of a command that fails at once. */
    interface Failed {
        void failed(ShardCommand command, ErrorCode code, String message);
    }

    Intake(FairQueue queue, Bounds bounds, NodeFigures figures) {
        this.queue = queue;
        this.bounds = bounds;
        this.figures = figures;
        this.lastTenant = figures.tenant(0);
    }

    /** Free disk as last seen, and whether too few of the other replicas have room. */
    void disks(long freeBytes, boolean tooFewHaveRoom) {
        if (freeBytes < bounds.reserveBytes()) {
            diskShort = "disk reserve: the node is short of disk space; retry later";
        } else {
            diskShort = tooFewHaveRoom ? "disk reserve: too few nodes have disk space left; retry later" : "";
        }
    }

    boolean isShortOfDisk() {
        return !diskShort.isEmpty();
    }

    void take(ShardCommand command, Failed failed) {
        if (command.type() == CommandType.PUBLISH) {
            takePublish(command, failed);
        } else if (command.sizeBytes() > bounds.maxCommandBytes()) {
            failed.failed(
                    command, ErrorCode.TOO_LARGE, "at most " + bounds.maxCommandBytes() + " bytes in one command");
        } else {
            takeOther(command, failed);
        }
    }

    private void takePublish(ShardCommand publish, Failed failed) {
        if (publish.sizeBytes() > bounds.maxCommandBytes()) {
            refuse(
                    publish,
                    ErrorCode.TOO_LARGE,
                    "at most " + bounds.maxCommandBytes() + " bytes in one publish",
                    failed);
        } else if (!diskShort.isEmpty()) {
            refuse(publish, ErrorCode.THROTTLED, diskShort, failed);
        } else if (exceeds(publish, bounds.maxPendingBytes())) {
            refuse(publish, ErrorCode.THROTTLED, "too much waits for the log already; retry later", failed);
        } else {
            figuresOf(publish).published(Refusals.messageCount(publish));
            queue.add(new Pending(publish, null));
        }
    }

    private void refuse(ShardCommand publish, ErrorCode code, String message, Failed failed) {
        takeOther(Refusals.skip(publish, code, message), (skip, why, text) -> failed.failed(publish, why, text));
    }

    private void takeOther(ShardCommand command, Failed failed) {
        if (exceeds(command, 2 * bounds.maxPendingBytes())) {
            failed.failed(command, ErrorCode.UNAVAILABLE, "too much waits for the log already; retry later");
            return;
        }
        queue.add(new Pending(command, null));
    }

    /** Whether the command would wait behind too much; a tenant with nothing waiting may always send one. */
    private boolean exceeds(ShardCommand command, long bytes) {
        long waiting = queue.pendingBytes(command.tenantId());
        return waiting > 0 && waiting + command.costBytes() > bytes;
    }

    private TenantFigures figuresOf(ShardCommand command) {
        if (command.tenantId() != lastTenantId) {
            lastTenantId = command.tenantId();
            lastTenant = figures.tenant(lastTenantId);
        }
        return lastTenant;
    }
}
