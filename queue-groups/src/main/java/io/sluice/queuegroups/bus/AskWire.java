package io.sluice.queuegroups.bus;

import io.vertx.core.buffer.Buffer;

/** Requests between nodes: {@code u8 version, u8 kind}, then a command in its log form or two ids. */
final class AskWire implements LocalCodec.WireForm<ShardAsk> {
    private static final byte VERSION = 1;
    private static final byte DEFINE = 1;
    private static final byte STATS = 2;
    private static final byte VERSIONS = 3;

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
        }
    }

    @Override
    public ShardAsk read(Buffer source, int position) {
        CommandWire.requireVersion(source.getByte(position), VERSION);
        return switch (source.getByte(position + 1)) {
            case DEFINE -> new ShardAsk.Define(CommandWire.readCommand(source, position + 2));
            case STATS -> new ShardAsk.Stats(source.getLong(position + 2), source.getLong(position + 10));
            case VERSIONS -> new ShardAsk.Versions();
            default -> throw new IllegalArgumentException("unknown request " + source.getByte(position + 1));
        };
    }
}
