package io.sluice.cli;

/** Reads {@code group/queue}. */
final class Addresses {
    private Addresses() {}

    /** Group and queue. */
    static String[] split(String address) {
        String[] parts = address.split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new CliException("'" + address + "' is no queue address; expected GROUP/QUEUE");
        }
        return parts;
    }
}
