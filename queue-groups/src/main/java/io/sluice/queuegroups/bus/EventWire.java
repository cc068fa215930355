package io.sluice.queuegroups.bus;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.api.ShardEvent.Confirmed;
import io.sluice.queuegroups.api.ShardEvent.ConsumerClosed;
import io.sluice.queuegroups.api.ShardEvent.ConsumerState;
import io.sluice.queuegroups.api.ShardEvent.Delivered;
import io.sluice.queuegroups.api.ShardEvent.Failed;
import io.sluice.queuegroups.api.ShardEvent.ProducerFenced;
import io.sluice.queuegroups.api.ShardEvent.ProducerLeft;
import io.sluice.queuegroups.api.ShardEvent.ProducerOpened;
import io.sluice.queuegroups.api.ShardEvent.Rejected;
import io.sluice.queuegroups.api.ShardEvent.Settled;
import io.sluice.queuegroups.api.ShardEvent.Subscribed;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Events between nodes: {@code u8 version, u64 origin, u16 shard, u64 term, u32 count}, then {@code u8 kind, u64 sender} and the event's fields each. */
final class EventWire implements LocalCodec.WireForm<EventBatch> {
    private static final byte VERSION = 1;

    @Override
    public void write(Buffer target, EventBatch batch) {
        target.appendByte(VERSION).appendLong(batch.origin()).appendShort((short) batch.shard());
        target.appendLong(batch.term()).appendInt(batch.events().size());
        batch.events().forEach(event -> write(target, event));
    }

    @Override
    public EventBatch read(Buffer source, int position) {
        CommandWire.requireVersion(source.getByte(position), VERSION);
        Reader in = new Reader(source, position + 1);
        long origin = in.u64();
        int shard = in.u16();
        long term = in.u64();
        int count = in.i32();
        List<ShardEvent> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(readEvent(in));
        }
        return new EventBatch(origin, shard, term, events);
    }

    private static void write(Buffer out, ShardEvent event) {
        if (event instanceof Confirmed e) {
            start(out, 1, e).appendLong(e.firstSequence()).appendLong(e.lastSequence());
        } else if (event instanceof Delivered e) {
            writeDelivered(start(out, 2, e), e);
        } else if (event instanceof Settled e) {
            start(out, 3, e).appendInt(e.epoch()).appendLong(e.settleSequence());
        } else if (event instanceof Rejected e) {
            start(out, 4, e).appendLong(e.firstSequence()).appendLong(e.lastSequence());
            refusal(out, e.code(), e.message());
        } else if (event instanceof ProducerOpened e) {
            start(out, 5, e).appendInt(e.epoch()).appendLong(e.lastSequence());
        } else if (event instanceof ProducerFenced e) {
            start(out, 6, e).appendInt(e.epoch());
        } else if (event instanceof Subscribed e) {
            start(out, 7, e).appendInt(e.epoch());
        } else if (event instanceof ConsumerClosed e) {
            refusal(start(out, 8, e).appendInt(e.epoch()), e.code(), e.message());
        } else if (event instanceof Failed e) {
            refusal(start(out, 9, e).appendByte((byte) e.type().wire()), e.code(), e.message());
        } else if (event instanceof ConsumerState e) {
            start(out, 10, e).appendInt(e.epoch()).appendLong(e.lastTag()).appendLong(e.settleSequence());
            out.appendInt(e.prefetchCount()).appendLong(e.prefetchBytes()).appendByte((byte) (e.attached() ? 1 : 0));
        } else if (event instanceof ProducerLeft e) {
            start(out, 11, e);
        } else {
            throw new IllegalArgumentException("not for the wire: " + event);
        }
    }

    private static ShardEvent readEvent(Reader in) {
        int kind = in.u8();
        long sender = in.u64();
        return switch (kind) {
            case 1 -> new Confirmed(sender, in.u64(), in.u64());
            case 2 ->
                new Delivered(
                        sender,
                        in.i32(),
                        in.u64(),
                        in.u64(),
                        in.i32(),
                        in.i32(),
                        in.u64(),
                        in.u64(),
                        ByteBuffer.wrap(in.bytes(in.i32())));
            case 3 -> new Settled(sender, in.i32(), in.u64());
            case 4 -> new Rejected(sender, in.u64(), in.u64(), ErrorCode.ofWire(in.u8()), in.text());
            case 5 -> new ProducerOpened(sender, in.i32(), in.u64());
            case 6 -> new ProducerFenced(sender, in.i32());
            case 7 -> new Subscribed(sender, in.i32());
            case 8 -> new ConsumerClosed(sender, in.i32(), ErrorCode.ofWire(in.u8()), in.text());
            case 9 -> new Failed(sender, CommandType.ofWire(in.u8()), ErrorCode.ofWire(in.u8()), in.text());
            case 10 -> new ConsumerState(sender, in.i32(), in.u64(), in.u64(), in.i32(), in.u64(), in.u8() != 0);
            case 11 -> new ProducerLeft(sender);
            default -> throw new IllegalArgumentException("unknown event " + kind);
        };
    }

    private static Buffer start(Buffer out, int kind, ShardEvent event) {
        return out.appendByte((byte) kind).appendLong(event.sender());
    }

    private static void writeDelivered(Buffer out, Delivered e) {
        out.appendInt(e.epoch())
                .appendLong(e.previousTag())
                .appendLong(e.firstTag())
                .appendInt(e.count())
                .appendInt(e.deliveryCount());
        out.appendLong(e.queueId()).appendLong(e.timestampMs());
        byte[] bytes = new byte[e.messages().remaining()];
        e.messages().duplicate().get(bytes);
        out.appendInt(bytes.length).appendBytes(bytes);
    }

    private static void refusal(Buffer out, ErrorCode code, String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        out.appendByte((byte) code.wire()).appendInt(text.length).appendBytes(text);
    }

    /** Reads one field after the other. */
    private static final class Reader {
        private final Buffer source;
        private int at;

        Reader(Buffer source, int at) {
            this.source = source;
            this.at = at;
        }

        int u8() {
            return source.getByte(at++) & 0xFF;
        }

        int u16() {
            at += 2;
            return source.getShort(at - 2) & 0xFFFF;
        }

        int i32() {
            at += 4;
            return source.getInt(at - 4);
        }

        long u64() {
            at += 8;
            return source.getLong(at - 8);
        }

        byte[] bytes(int length) {
            at += length;
            return source.getBytes(at - length, at);
        }

        String text() {
            return new String(bytes(i32()), StandardCharsets.UTF_8);
        }
    }
}
