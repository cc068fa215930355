package io.sluice.gateway.session;

/** A queue by its names and its ids. */
record QueueRef(String group, String queue, int shard, long groupId, long queueId) {
    String address() {
        return group + "/" + queue;
    }
}
