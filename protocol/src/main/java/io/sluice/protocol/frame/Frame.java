package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * One frame of the binary protocol, as a value; docs/PROTOCOL.md gives each layout.
 *
 * <p><em>Invariants:</em> immutable; message bytes are views of what was read, so they are valid as long as the buffer that the decoder was fed.
 */
public sealed interface Frame
        permits Ack,
                Carrier,
                Close,
                CloseProducer,
                Closed,
                Confirm,
                Connect,
                Connected,
                ConsumerClosed,
                Failure,
                GoAway,
                Heartbeat,
                Nack,
                OpenProducer,
                ProducerClosed,
                ProducerOpened,
                PublishCredit,
                Reject,
                ResumeConsumer,
                SetPrefetch,
                Settled,
                Subscribe,
                Subscribed,
                Throttled,
                Unsubscribe {
    FrameType type();

    /** Appends the body, messages excepted; {@link FrameEncoder} adds length, type and messages. */
    void writeBody(ByteBuf out);
}
