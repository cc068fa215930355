package io.sluice.gateway.spi;

import io.sluice.protocol.frame.Frame;

/**
 * The way to one client, implemented by each protocol: frames of the common vocabulary go out in the protocol's own form.
 *
 * <p><em>Invariants:</em> after {@link #close} or {@link #abort} every call does nothing. <em>Confined to:</em> the connection's event loop.
 */
public interface ClientLink {
    /** Address of the client without its port, for limits per address and for logs. */
    String remoteHost();

    /** Whether this protocol lets a client take its consumers over on another connection. */
    boolean resumable();

    /** Queues a frame; what gathered in a turn of the loop is written in one piece at its end. Messages in it are copied before this returns. */
    void send(Frame frame);

    /** Whether the client takes what it is sent; {@link ClientConnection#writable()} follows a {@code false}. */
    boolean writable();

    /** Writes what gathered, then closes. */
    void close();

    /** Closes at once; what gathered is lost. */
    void abort();
}
