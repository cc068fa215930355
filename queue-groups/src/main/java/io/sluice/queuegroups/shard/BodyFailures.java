package io.sluice.queuegroups.shard;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.api.FatalLogError;
import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.machine.Effect;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when bodies cannot be read: nothing damaged is ever served, the consumer is closed here and in the log, so that its messages return to their
 * queue, and damage ends the node. What the consumer is told names nothing of other tenants.
 *
 * <p>Safe for any thread.
 */
final class BodyFailures {
    private static final Logger LOG = LoggerFactory.getLogger(BodyFailures.class);

    private final String logName;
    private final FatalLogError fatal;
    private final Consumer<ShardCommand> propose;

    /** @param propose logs a command of the leader's own; any thread */
    BodyFailures(String logName, FatalLogError fatal, Consumer<ShardCommand> propose) {
        this.logName = logName;
        this.fatal = fatal;
        this.propose = propose;
    }

    ShardEvent bodiesLost(QueueGroupVerticle group, long origin, Effect.Deliver deliver, Exception failure) {
        LOG.error("{}: group {}: cannot read entry {}", logName, group.groupId(), deliver.index(), failure);
        if (failure instanceof DamagedLogException) {
            fatal.onFatal(logName, failure);
        }
        propose.accept(Commands.unsubscribe(group.tenantId(), group.groupId(), origin, deliver.sender()));
        return new ShardEvent.ConsumerClosed(
                deliver.sender(), deliver.epoch(), ErrorCode.INTERNAL, "messages could not be read; subscribe again");
    }
}
