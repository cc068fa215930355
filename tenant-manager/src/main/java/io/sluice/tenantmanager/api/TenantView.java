package io.sluice.tenantmanager.api;

import java.util.Map;

/**
 * One tenant as the control shard has it now. Immutable.
 *
 * @param weight share in the fair append, 1–100
 * @param groups by name
 */
public record TenantView(
        long tenantId, String name, boolean suspended, int weight, Limits limits, Map<String, GroupView> groups) {}
