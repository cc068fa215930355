package io.sluice.queuegroups.machine;

import io.sluice.queuegroups.api.MoveStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What has arrived of a group that comes from another shard: its state as bytes, then the messages that this state refers to, in the state's own order.
 *
 * <p>Nobody sees it before it is adopted. Its messages pin their log entries but count for no tenant: the group's old shard counts them still.
 *
 * <p><em>Invariants:</em> {@code messages} is the number of messages in {@code runs}; the position of a run is its first message's number.
 */
final class Arrival {
    private final long moveId;
    private final Ledger ledger;
    private final int totalBytes;
    private final int crc;
    private final List<byte[]> parts = new ArrayList<>();
    private RunDeque runs = new RunDeque();
    private int stateBytes;

    /** @param totalBytes of the state @param crc CRC32C of the state */
    Arrival(long moveId, Ledger ledger, int totalBytes, int crc) {
        this.moveId = moveId;
        this.ledger = ledger;
        this.totalBytes = totalBytes;
        this.crc = crc;
    }

    long moveId() {
        return moveId;
    }

    long tenantId() {
        return ledger.tenantId();
    }

    long messages() {
        return runs.messages();
    }

    RunDeque runs() {
        return runs;
    }

    MoveStatus status() {
        return new MoveStatus(MoveStatus.Stage.ARRIVING, stateBytes, messages());
    }

    /** Whether it is the state that these numbers stand for. */
    boolean isOf(long bytes, int otherCrc) {
        return totalBytes == bytes && crc == otherCrc;
    }

    boolean hasState() {
        return stateBytes == totalBytes;
    }

    /** The next bytes of the state. Answers false where one before them is missing; those that are here already are left out. */
    boolean addState(long offset, byte[] bytes) {
        if (offset > stateBytes || offset + bytes.length > totalBytes) {
            return false;
        }
        int known = (int) Math.min(bytes.length, stateBytes - offset);
        if (known < bytes.length) {
            parts.add(known == 0 ? bytes : Arrays.copyOfRange(bytes, known, bytes.length));
            stateBytes += bytes.length - known;
        }
        return true;
    }

    /** The next messages; {@code run} says where they are. Answers false where one before them is missing; those that are here already are left out. */
    boolean addMessages(long offset, Run run) {
        if (!hasState() || offset > messages()) {
            return false;
        }
        int known = (int) Math.min(run.count(), messages() - offset);
        if (known < run.count()) {
            Run placed = (known == 0 ? run : run.after(known)).at(messages());
            ledger.hold(placed);
            runs.add(placed);
        }
        return true;
    }

    /** @throws IllegalStateException when the state is not what was sent */
    ByteBuffer state() {
        ByteBuffer all = ByteBuffer.allocate(totalBytes);
        parts.forEach(all::put);
        if (StateWriter.crc(all.array()) != crc) {
            throw new IllegalStateException("the state of a group that arrived has a wrong checksum");
        }
        return all.flip();
    }

    void release(Run run) {
        ledger.release(run);
    }

    /** Its messages go. */
    void releaseAll() {
        runs.forEach(ledger::release);
        runs = new RunDeque();
    }

    void count(Ledger into) {
        runs.forEach(into::hold);
    }

    void write(StateWriter out) {
        out.varint(moveId);
        out.varint(ledger.tenantId());
        out.varint(totalBytes);
        out.i32(crc);
        out.varint(parts.size());
        for (byte[] part : parts) {
            out.varint(part.length);
            out.shared(part, StateWriter.crc(part));
        }
        runs.write(out);
    }

    static Arrival read(StateReader in, PinTable pins) {
        long moveId = in.varint();
        Ledger ledger = new Ledger(in.varint(), pins);
        Arrival arrival = new Arrival(moveId, ledger, (int) in.varint(), in.i32());
        for (int left = in.count(); left > 0; left--) {
            arrival.addState(arrival.stateBytes, in.bytes(in.count()));
        }
        arrival.runs = RunDeque.read(in);
        arrival.runs.forEach(ledger::hold);
        return arrival;
    }
}
