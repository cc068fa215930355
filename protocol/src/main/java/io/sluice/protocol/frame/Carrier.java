package io.sluice.protocol.frame;

import java.nio.ByteBuffer;

/** A frame that carries messages after its own fields. */
public sealed interface Carrier extends Frame permits Deliver, Publish {
    /** The messages in wire form, one after the other, from position to limit; must not be moved: duplicate it. */
    ByteBuffer messages();
}
