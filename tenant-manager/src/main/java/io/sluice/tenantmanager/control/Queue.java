package io.sluice.tenantmanager.control;

import io.sluice.protocol.QueueOptions;

/**
 * A queue's definition.
 *
 * @param id never reused
 * @param revision control index of the command that defined it last
 * @param ready whether its shard confirmed that it exists
 */
public record Queue(long id, String name, QueueOptions options, long revision, boolean ready) {
    Queue asReady() {
        return ready ? this : new Queue(id, name, options, revision, true);
    }
}
