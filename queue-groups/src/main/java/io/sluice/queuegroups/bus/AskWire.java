package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.MoveOrder;
import io.vertx.core.buffer.Buffer;

/** Requests between nodes: {@code u8 version, u8 kind}, then a command in its log form or what the record has, in order. */
final class AskWire implements LocalCodec.WireForm<ShardAsk> {
    private static final byte VERSION = 1;
    private static final byte DEFINE = 1;
    private static final byte STATS = 2;
    private static final byte VERSIONS = 3;
    private static final byte MOVE = 4;
    private static final byte MOVE_STATE = 5;

    @Override
    public void write(Buffer target, ShardAsk ask) {
        target.appendByte(VERSION);
        if (ask instanceof ShardAsk.Define define) {
            target.appendByte(DEFINE);
            CommandWire.writeCommand(target, define.command());
        } else if (ask instanceof ShardAsk.Stats stats) {
            target.appendByte(STATS).appendLong(stats.groupId()).appendLong(stats.queueId());
        } else if (ask instanceof ShardAsk.Versions) {
            target.appendByte(VERSIONS);
        } else if (ask instanceof ShardAsk.Move move) {
            MoveOrder order = move.order();
            target.appendByte(MOVE).appendLong(order.tenantId()).appendLong(order.groupId());
            target.appendLong(order.moveId()).appendInt(order.toShard());
        } else if (ask instanceof ShardAsk.MoveState state) {
            target.appendByte(MOVE_STATE).appendLong(state.groupId()).appendLong(state.moveId());
        }
    }

    @Override
    public ShardAsk read(Buffer source, int position) {
        CommandWire.requireVersion(source.getByte(position), VERSION);
        return switch (source.getByte(position + 1)) {
            case DEFINE -> new ShardAsk.Define(CommandWire.readCommand(source, position + 2));
            case STATS -> new ShardAsk.Stats(source.getLong(position + 2), source.getLong(position + 10));
            case VERSIONS -> new ShardAsk.Versions();
            case MOVE -> new ShardAsk.Move(order(source, position + 2));
            case MOVE_STATE -> new ShardAsk.MoveState(source.getLong(position + 2), source.getLong(position + 10));
            default -> throw new IllegalArgumentException("unknown request " + source.getByte(position + 1));
        };
    }

    private static MoveOrder order(Buffer source, int position) {
        return new MoveOrder(
                source.getLong(position),
                source.getLong(position + 8),
                source.getLong(position + 16),
                source.getInt(position + 24));
    }
}
