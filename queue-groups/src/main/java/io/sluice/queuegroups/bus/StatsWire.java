package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.QueueStats;
import io.vertx.core.buffer.Buffer;

/** A queue's figures between nodes: {@code u8 version}, then the record's fields in order. */
final class StatsWire implements LocalCodec.WireForm<QueueStats> {
    private static final byte VERSION = 1;

    @Override
    public void write(Buffer target, QueueStats stats) {
        target.appendByte(VERSION)
                .appendLong(stats.ready())
                .appendLong(stats.delayed())
                .appendLong(stats.unacked());
        target.appendInt(stats.consumers()).appendLong(stats.bytes()).appendLong(stats.oldestAgeMs());
    }

    @Override
    public QueueStats read(Buffer source, int position) {
        CommandWire.requireVersion(source.getByte(position), VERSION);
        return new QueueStats(
                source.getLong(position + 1),
                source.getLong(position + 9),
                source.getLong(position + 17),
                source.getInt(position + 25),
                source.getLong(position + 29),
                source.getLong(position + 37));
    }
}
