package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.sluice.protocol.MessageFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Client: messages for queues of the producer's group, with contiguous sequences in the order in which they stand here.
 *
 * <p>The messages themselves are not looked at here; {@code MessageValidator} does that, section by section.
 *
 * @param flags {@link #ATOMIC}, {@link #REJECT_OVER_RATE}
 * @param firstSequence of the first message, at least 1
 * @param sections consecutive runs of messages for one queue
 * @param messages the messages of all sections, in order
 */
public record Publish(int handle, int flags, long firstSequence, List<Section> sections, ByteBuffer messages)
        implements Carrier {
    /** All messages or none. */
    public static final int ATOMIC = 1;

    /** Reject instead of pacing when a rate is exceeded. */
    public static final int REJECT_OVER_RATE = 2;

    public static final int MAX_SECTIONS = 1024;

    /**
     * @param queue its name in the group
     * @param count messages, at least 1
     * @param bytes of these messages
     */
    public record Section(String queue, int count, int bytes) {}

    public boolean atomic() {
        return (flags & ATOMIC) != 0;
    }

    /** Messages in all sections. */
    public int count() {
        int count = 0;
        for (Section section : sections) {
            count += section.count();
        }
        return count;
    }

    static Frame read(BodyReader in) {
        int handle = in.u32("handle");
        int flags = in.u8("flags");
        long firstSequence = in.u64("firstSequence");
        int sectionCount = in.count16("sections", MAX_SECTIONS, 10);
        List<Section> sections = new ArrayList<>(sectionCount);
        long bytes = 0;
        for (int i = 0; i < sectionCount && in.problem() == null; i++) {
            Section section = readSection(in);
            bytes += section.bytes();
            sections.add(section);
        }
        if (firstSequence == 0 || sectionCount == 0) {
            in.fail("PUBLISH needs a firstSequence of at least 1 and at least one section");
        }
        if (bytes > Integer.MAX_VALUE) {
            in.fail("the sections claim " + bytes + " bytes of messages");
        }
        return new Publish(handle, flags, firstSequence, List.copyOf(sections), in.view("messages", (int) bytes));
    }

    private static Section readSection(BodyReader in) {
        Section section = new Section(in.string("section.queue"), in.u32("section.count"), in.u32("section.bytes"));
        if (section.count() == 0 || (long) section.count() * MessageFormat.FIXED_BYTES > section.bytes()) {
            in.fail("a section claims " + section.count() + " messages in " + section.bytes() + " bytes");
        }
        return section;
    }

    @Override
    public FrameType type() {
        return FrameType.PUBLISH;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(handle).writeByte(flags).writeLong(firstSequence).writeShort(sections.size());
        for (Section section : sections) {
            BodyWriter.string(out, section.queue());
            out.writeInt(section.count()).writeInt(section.bytes());
        }
    }
}
