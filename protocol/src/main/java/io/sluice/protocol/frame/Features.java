package io.sluice.protocol.frame;

/** Bits of the feature field of CONNECT and CONNECTED: what both sides set is in force. */
public final class Features {
    /** The server sends {@link Settled}. */
    public static final long SETTLED = 1;

    /** The client can decompress bodies compressed with LZ4; without it the server may refuse to deliver them. */
    public static final long LZ4 = 2;

    private Features() {}
}
