package io.sluice.gateway.spi;

import io.sluice.protocol.frame.Frame;

/**
 * One client as the gateway's core sees it; a protocol feeds it with what the client sent, translated to frames.
 *
 * <p>The first frame must be CONNECT. <em>Confined to:</em> the event loop that it was accepted on.
 */
public interface ClientConnection {
    /** Something arrived from the client, whole or not: it is alive. */
    void received(int bytes);

    /** A whole frame; messages in it must stay readable as long as they are reachable (unpooled memory). */
    void accept(Frame frame);

    /** What the client sent is not of its protocol: it is told so and closed. {@code problem} says what is wrong and where. */
    void broken(String problem);

    /** The link takes data again after it was full. */
    void writable();

    /** The socket is gone. */
    void closed();
}
