package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.MoveStatus;
import io.vertx.core.buffer.Buffer;

/** How far a move is, between nodes: {@code u8 version, u8 stage, u64 state bytes, u64 messages}. */
final class MoveStatusWire implements LocalCodec.WireForm<MoveStatus> {
    private static final byte VERSION = 1;
    private static final MoveStatus.Stage[] STAGES = MoveStatus.Stage.values();

    @Override
    public void write(Buffer target, MoveStatus status) {
        target.appendByte(VERSION).appendByte((byte) status.stage().ordinal());
        target.appendLong(status.stateBytes()).appendLong(status.messages());
    }

    @Override
    public MoveStatus read(Buffer source, int position) {
        CommandWire.requireVersion(source.getByte(position), VERSION);
        return new MoveStatus(
                STAGES[source.getByte(position + 1)], source.getLong(position + 2), source.getLong(position + 10));
    }
}
