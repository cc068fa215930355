package io.sluice.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.protocol.Message;
import io.sluice.protocol.MessageWriter;
import io.sluice.protocol.frame.Publish;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages of contiguous sequences in wire form: what one PUBLISH carries, and what is kept until each has an outcome.
 *
 * <p><em>Confined to:</em> the publisher's lock while it is filled; unchanged afterwards.
 */
final class Batch {
    private final long firstSequence;
    private final ByteBuf body;
    private final List<Publish.Section> sections;
    private int count;
    private int lastSectionStart;

    Batch(long firstSequence, int expectedBytes) {
        this(firstSequence, Unpooled.buffer(expectedBytes), new ArrayList<>(), 0);
    }

    private Batch(long firstSequence, ByteBuf body, List<Publish.Section> sections, int count) {
        this.firstSequence = firstSequence;
        this.body = body;
        this.sections = sections;
        this.count = count;
    }

    long firstSequence() {
        return firstSequence;
    }

    long lastSequence() {
        return firstSequence + count - 1;
    }

    int count() {
        return count;
    }

    int bytes() {
        return body.readableBytes();
    }

    ByteBuf body() {
        return body;
    }

    boolean takes(String queue, int messageBytes, int maxCount, int maxBytes) {
        if (count == 0) {
            return true;
        }
        boolean sectionFree =
                sections.size() < Publish.MAX_SECTIONS || lastSection().queue().equals(queue);
        return sectionFree && count < maxCount && bytes() + messageBytes <= maxBytes;
    }

    void append(String queue, Message message, int bodyCrc) {
        MessageWriter.write(message, bodyCrc, body);
        appended(queue);
    }

    void appendEncoded(String queue, ByteBuf message) {
        body.writeBytes(message, message.readerIndex(), message.readableBytes());
        appended(queue);
    }

    private void appended(String queue) {
        count++;
        if (sections.isEmpty() || !lastSection().queue().equals(queue)) {
            int start =
                    sections.isEmpty() ? 0 : lastSectionStart + lastSection().bytes();
            lastSectionStart = start;
            sections.add(new Publish.Section(queue, 1, bytes() - start));
        } else {
            int last = sections.size() - 1;
            sections.set(last, new Publish.Section(queue, sections.get(last).count() + 1, bytes() - lastSectionStart));
        }
    }

    private Publish.Section lastSection() {
        return sections.get(sections.size() - 1);
    }

    Publish frame(int handle, int flags) {
        return new Publish(handle, flags, firstSequence, List.copyOf(sections), body.nioBuffer());
    }

    /** How many messages from the first on have at most {@code maxBytes} together. */
    int countWithin(long maxBytes) {
        int at = body.readerIndex();
        int fitting = 0;
        while (fitting < count && at + 4L + body.getInt(at) - body.readerIndex() <= maxBytes) {
            at += 4 + body.getInt(at);
            fitting++;
        }
        return fitting;
    }

    /** The messages {@code first … last} alone; they share the bytes. */
    Batch slice(long first, long last) {
        int from = offsetOf(first);
        int at = from;
        List<Publish.Section> parts = new ArrayList<>();
        long sectionFirst = firstSequence;
        for (Publish.Section section : sections) {
            long partFirst = Math.max(first, sectionFirst);
            sectionFirst += section.count();
            long to = Math.min(last, sectionFirst - 1);
            int start = at;
            for (long sequence = partFirst; sequence <= to; sequence++) {
                at += 4 + body.getInt(at);
            }
            if (at > start) {
                parts.add(new Publish.Section(section.queue(), (int) (to - partFirst + 1), at - start));
            }
        }
        return new Batch(first, body.slice(from, at - from), parts, (int) (last - first + 1));
    }

    /** The wire form of one message. */
    ByteBuf message(long sequence) {
        int at = offsetOf(sequence);
        return body.slice(at, 4 + body.getInt(at));
    }

    String queueOf(long sequence) {
        long next = firstSequence;
        for (Publish.Section section : sections) {
            next += section.count();
            if (sequence < next) {
                return section.queue();
            }
        }
        throw new IllegalArgumentException("sequence " + sequence + " is not in this batch");
    }

    private int offsetOf(long sequence) {
        int at = body.readerIndex();
        for (long s = firstSequence; s < sequence; s++) {
            at += 4 + body.getInt(at);
        }
        return at;
    }
}
