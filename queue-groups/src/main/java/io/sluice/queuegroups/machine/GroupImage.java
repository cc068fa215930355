package io.sluice.queuegroups.machine;

import io.sluice.queuegroups.api.MoveCommands.GroupState;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The state of a held group as bytes, the same on every replica at any index while it is held: its queues, producers, consumers with what they have checked out,
 * and references to its messages in the log of the shard that it leaves.
 *
 * <p>Form: u8 version, u64 machine time at which it was held, varint messages, the group as in a snapshot. Immutable; safe for any thread.
 */
public final class GroupImage {
    private static final int VERSION = 1;

    private final long tenantId;
    private final long groupId;
    private final byte[] bytes;
    private final GroupState state;

    private GroupImage(long tenantId, long groupId, byte[] bytes, long messages) {
        this.tenantId = tenantId;
        this.groupId = groupId;
        this.bytes = bytes;
        this.state = new GroupState(bytes.length, StateWriter.crc(bytes), messages);
    }

    /** @param heldMs machine time at which it was held */
    static GroupImage of(GroupMachine group, long heldMs) {
        StateWriter out = new StateWriter();
        out.u8(VERSION);
        out.i64(heldMs);
        out.varint(group.heldMessages());
        group.writeImage(out);
        List<byte[]> parts = out.finish();
        ByteBuffer all =
                ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return new GroupImage(group.tenantId(), group.groupId(), all.array(), group.heldMessages());
    }

    public GroupState state() {
        return state;
    }

    /** Some of its bytes. */
    public ByteBuffer slice(long offset, int maxBytes) {
        int from = (int) offset;
        return ByteBuffer.wrap(bytes, from, Math.min(maxBytes, bytes.length - from))
                .slice()
                .asReadOnlyBuffer();
    }

    /** The messages that the group has, in the order in which they have to arrive. Decodes the whole state: not for an event loop. */
    public GroupMessages messages() {
        GroupContext nowhere = new GroupContext(
                tenantId, groupId, new Ledger(tenantId, new PinTable()), new ShardScope(MachineLimits.DEFAULT));
        StateReader in = new StateReader(ByteBuffer.wrap(bytes));
        enter(in, nowhere.shard());
        RunDeque runs = new RunDeque();
        GroupMachine.read(in, nowhere).rewriteAll((run, replacement) -> {
            runs.add(run);
            replacement.accept(run);
        });
        return new GroupMessages(tenantId, groupId, runs);
    }

    /** The group that arrived, with its messages where they are now. @throws RuntimeException where the two do not belong together */
    static GroupMachine adopt(Arrival arrival, GroupContext context) {
        StateReader in = new StateReader(arrival.state());
        long messages = enter(in, context.shard());
        Check.same(messages, arrival.messages(), "messages that arrived");
        GroupMachine group = GroupMachine.read(in, context);
        group.rewriteAll(new Rehousing(arrival, context.ledger()));
        Check.that(in.remaining() == 0 && arrival.runs().isEmpty(), "more arrived than the group has");
        return group;
    }

    /** Reads the head; machine time goes on from where it was. Answers how many messages the group has. */
    private static long enter(StateReader in, ShardScope scope) {
        int version = in.u8();
        if (version != VERSION) {
            throw new IllegalStateException("state of version " + version);
        }
        scope.enter(scope.index(), in.i64());
        return in.varint();
    }
}
