package io.sluice.queuegroups.bus;

import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.ShardCommand;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Commands between nodes: {@code u8 version, u64 origin, u32 count}, then each command in its log form. */
final class CommandWire implements LocalCodec.WireForm<CommandBatch> {
    private static final byte VERSION = 1;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    @Override
    public void write(Buffer target, CommandBatch batch) {
        target.appendByte(VERSION)
                .appendLong(batch.origin())
                .appendInt(batch.commands().size());
        batch.commands().forEach(command -> writeCommand(target, command));
    }

    @Override
    public CommandBatch read(Buffer source, int position) {
        requireVersion(source.getByte(position), VERSION);
        long origin = source.getLong(position + 1);
        int count = source.getInt(position + 9);
        List<ShardCommand> commands = new ArrayList<>(count);
        int at = position + 13;
        for (int i = 0; i < count; i++) {
            ShardCommand command = readCommand(source, at);
            commands.add(command);
            at += command.sizeBytes();
        }
        return new CommandBatch(origin, commands);
    }

    static void writeCommand(Buffer target, ShardCommand command) {
        byte[] bytes = new byte[command.sizeBytes()];
        command.writeTo(ByteBuffer.wrap(bytes));
        target.appendBytes(bytes);
    }

    static ShardCommand readCommand(Buffer source, int position) {
        int size = 4 + source.getInt(position);
        ByteBuffer bytes = ByteBuffer.wrap(source.getBytes(position, position + size));
        CommandType type = CommandType.ofWire(bytes.get(4) & 0xFF);
        requireVersion(bytes.get(5), (byte) ShardCommand.VERSION);
        ByteBuffer head = bytes.slice(ShardCommand.HEADER_BYTES, size - ShardCommand.HEADER_BYTES);
        return new ShardCommand(
                type,
                bytes.getShort(6) & 0xFFFF,
                bytes.getLong(8),
                bytes.getLong(16),
                bytes.getLong(24),
                bytes.getLong(32),
                head,
                EMPTY);
    }

    static void requireVersion(byte found, byte known) {
        if (found != known) {
            throw new IllegalArgumentException("bus message of version " + found + ", this node reads " + known);
        }
    }
}
