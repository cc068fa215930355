package io.sluice.gateway.spi;

import org.jspecify.annotations.Nullable;

/** Where a protocol hands in a new connection, on the event loop that will own it. */
public interface ConnectionAcceptor {
    /** The connection, or null if limits forbid it: the client was told and its link closed. */
    @Nullable
    ClientConnection accept(ClientLink link);
}
