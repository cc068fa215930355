package io.sluice.client;

/** A publisher or consumer as its session sees it. <em>Confined to:</em> the client's event loop. */
interface Channel {
    /** A connection is there: open, or open again. */
    void connected(Link link);

    /** The connection is gone; handles mean nothing any more. */
    void disconnected();

    /** There will be no other connection. */
    void ended(SluiceException reason);
}
