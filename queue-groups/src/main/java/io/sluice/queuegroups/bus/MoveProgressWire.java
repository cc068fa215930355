package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.MoveProgress;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** What a shard says of a move, between nodes: {@code u8 version, u8 state, u32 length, message in UTF-8}. */
final class MoveProgressWire implements LocalCodec.WireForm<MoveProgress> {
    private static final byte VERSION = 1;
    private static final MoveProgress.State[] STATES = MoveProgress.State.values();

    @Override
    public void write(Buffer target, MoveProgress progress) {
        byte[] message = progress.message().getBytes(StandardCharsets.UTF_8);
        target.appendByte(VERSION).appendByte((byte) progress.state().ordinal());
        target.appendInt(message.length).appendBytes(message);
    }

    @Override
    public MoveProgress read(Buffer source, int position) {
        CommandWire.requireVersion(source.getByte(position), VERSION);
        int at = position + 6;
        byte[] message = source.getBytes(at, at + source.getInt(position + 2));
        return new MoveProgress(STATES[source.getByte(position + 1)], new String(message, StandardCharsets.UTF_8));
    }
}
