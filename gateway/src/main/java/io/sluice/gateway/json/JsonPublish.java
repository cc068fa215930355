package io.sluice.gateway.json;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One publish of a JSON client.
 *
 * @param id what the client calls it, or null
 * @param queue its name in the group
 * @param sequence given by the client, 0 where it gave none
 * @param reject whether it is rejected rather than held back when the tenant is over a rate
 * @param message in wire form
 */
record JsonPublish(@Nullable Object id, String queue, long sequence, boolean reject, ByteBuffer message) {
    int bytes() {
        return message.remaining();
    }
}
