package io.sluice.gateway.session;

import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Commands.Settlement;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.ShardCommand;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of one consumer. <em>Confined to:</em> one event loop. */
final class ConsumerCommands implements SettleBatcher.Target {
    private final Loop loop;
    private final long tenantId;
    private final long origin;
    private final QueueRef queue;
    private final Route route;
    private final long sender;
    private @Nullable ShardCommand open;
    private @Nullable ShardCommand leave;

    ConsumerCommands(SessionScope scope, QueueRef queue, long sender) {
        this.loop = scope.loop;
        this.tenantId = scope.principal.tenantId();
        this.origin = loop.origin().pack();
        this.queue = queue;
        this.route = loop.routes().of(tenantId, queue.group(), queue.groupId(), queue.shard());
        this.sender = sender;
    }

    void subscribe(Prefetch prefetch) {
        open(Commands.subscribe(
                tenantId, queue.groupId(), origin, sender, queue.queueId(), prefetch.count(), prefetch.bytes()));
    }

    /** @param oldOrigin and {@code oldSender}: what the log knows the consumer by until then */
    void attach(long oldOrigin, long oldSender, long lastTag) {
        open(Commands.attachConsumer(tenantId, queue.groupId(), origin, sender, oldOrigin, oldSender, lastTag));
    }

    private void open(ShardCommand command) {
        open = command;
        send(command);
    }

    /** Says again that the consumer comes; the machine answers one that it has once more. */
    void resendOpen() {
        if (open != null) {
            send(open);
        }
    }

    Route route() {
        return route;
    }

    /** What beyond a tag is checked out to the consumer; nothing is logged. */
    void ask(int epoch, long afterTag) {
        loop.ask(route.shard(), question(epoch, afterTag));
    }

    ConsumerAsk question(int epoch, long afterTag) {
        return new ConsumerAsk(queue.groupId(), sender, epoch, afterTag);
    }

    void setPrefetch(Prefetch prefetch) {
        send(Commands.setPrefetch(tenantId, queue.groupId(), origin, sender, prefetch.count(), prefetch.bytes()));
    }

    void unsubscribe() {
        leave(Commands.unsubscribe(tenantId, queue.groupId(), origin, sender));
    }

    void detach(long graceMs) {
        leave(Commands.detachConsumer(tenantId, queue.groupId(), origin, sender, graceMs));
    }

    private void leave(ShardCommand command) {
        leave = command;
        send(command);
    }

    /** Says again that the consumer leaves. */
    void resendLeave() {
        if (leave != null) {
            send(leave);
        }
    }

    @Override
    public ShardCommand command(int epoch, long settleSequence, List<Settlement> settlements) {
        return Commands.settle(tenantId, queue.groupId(), origin, sender, epoch, settleSequence, settlements);
    }

    @Override
    public void send(ShardCommand command) {
        loop.send(route.shard(), command);
    }
}
