package io.sluice.client;

import java.nio.ByteBuffer;

/**
 * Messages that came in one frame, checked.
 *
 * @param generation of the subscription they came under
 * @param messages good messages in wire form, from position 0
 */
record DeliveredRun(
        long generation, long firstTag, int count, int deliveryCount, long timestampMs, ByteBuffer messages) {}
