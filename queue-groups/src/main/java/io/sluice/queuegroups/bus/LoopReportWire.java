package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.ConsumerAsk;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Reports between nodes: {@code u8 version, u64 origin, u32 count}, then {@code u64 groupId, u64 sender, u32 epoch, u64 afterTag} for each question. */
final class LoopReportWire implements LocalCodec.WireForm<LoopReport> {
    private static final byte VERSION = 1;
    private static final int ASK_BYTES = 28;

    @Override
    public void write(Buffer target, LoopReport report) {
        target.appendByte(VERSION)
                .appendLong(report.origin())
                .appendInt(report.asks().size());
        for (ConsumerAsk ask : report.asks()) {
            target.appendLong(ask.groupId()).appendLong(ask.sender());
            target.appendInt(ask.epoch()).appendLong(ask.afterTag());
        }
    }

    @Override
    public LoopReport read(Buffer source, int position) {
        CommandWire.requireVersion(source.getByte(position), VERSION);
        int count = source.getInt(position + 9);
        List<ConsumerAsk> asks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = position + 13 + i * ASK_BYTES;
            asks.add(new ConsumerAsk(
                    source.getLong(at), source.getLong(at + 8), source.getInt(at + 16), source.getLong(at + 20)));
        }
        return new LoopReport(source.getLong(position + 1), asks);
    }
}
