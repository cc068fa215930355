package io.sluice.gateway.link;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;

/** A socket as a link needs it. <em>Confined to:</em> the connection's event loop. */
public interface Wire {
    String remoteHost();

    /** An empty buffer that {@link #write} takes over. */
    ByteBuf buffer(int bytes);

    /** Writes and releases; the future completes when the operating system has taken the bytes, or fails. */
    Future<Void> write(ByteBuf bytes);

    /** Closes after what was written. */
    void close();

    /** Closes at once. */
    void abort();
}
