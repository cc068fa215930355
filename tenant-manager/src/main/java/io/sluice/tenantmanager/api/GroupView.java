package io.sluice.tenantmanager.api;

import io.sluice.protocol.GroupForm;
import java.util.Map;

/**
 * A queue group and where it is placed. Immutable.
 *
 * @param shard number of the data shard
 * @param queues queue ids by name
 */
public record GroupView(long groupId, String name, GroupForm form, int shard, Map<String, Long> queues) {}
