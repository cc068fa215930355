package io.sluice.queuegroups.api;

/**
 * Who sent a command and where its outcome goes: one event loop of one boot of one gateway node, packed into a long for the log.
 *
 * @param node numeric node id, 0–65,535
 * @param boot boot number of that node, counted up in its data folder, 0–2^31-1
 * @param loop index of the gateway's event loop, 0–65,535
 */
public record Origin(int node, int boot, int loop) {
    /** The origin of commands that no gateway sent. */
    public static final Origin INTERNAL = new Origin(0, 0, 0);

    public long pack() {
        return ((long) node << 48) | ((long) boot << 16) | loop;
    }

    public static Origin unpack(long packed) {
        return new Origin((int) (packed >>> 48), (int) (packed >>> 16), (int) (packed & 0xFFFF));
    }

    /** The event-bus address of the loop that reads the outcomes. */
    public String address() {
        return "gateway." + node + "." + loop;
    }
}
