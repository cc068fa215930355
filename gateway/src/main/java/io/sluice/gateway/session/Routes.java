package io.sluice.gateway.session;

import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.GroupView;
import io.sluice.tenantmanager.api.TenantChange;
import io.sluice.tenantmanager.api.TenantView;
import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/**
 * The queue groups that one event loop's clients use or used, and where they are by the directory.
 *
 * <p>A route outlives sessions, since what they leave behind may still have to be said to the group. <em>Confined to:</em> the loop.
 */
final class Routes {
    private final Directory directory;
    private final Overdue overdue;
    private final Long2ObjectLinkedOpenHashMap<Route> byGroup = new Long2ObjectLinkedOpenHashMap<>();

    Routes(Directory directory, Overdue overdue) {
        this.directory = directory;
        this.overdue = overdue;
    }

    /** @param shard where it is, unless that is known here already */
    Route of(long tenantId, String group, long groupId, int shard) {
        return byGroup.computeIfAbsent(groupId, id -> new Route(tenantId, group, id, shard));
    }

    /** Follows groups that moved: what was asked of the old shard and has no answer is asked of the new one. */
    void changed(TenantChange change) {
        boolean deleted = change instanceof TenantChange.Deleted;
        TenantView view = deleted ? null : directory.tenant(change.tenantId());
        List<Route> moved = new ArrayList<>();
        for (Route route : List.copyOf(byGroup.values())) {
            if (route.tenantId == change.tenantId()) {
                GroupView group = view == null ? null : view.groups().get(route.group);
                if (group == null || group.groupId() != route.groupId) {
                    byGroup.remove(route.groupId);
                } else if (route.moveTo(group.shard())) {
                    moved.add(route);
                }
            }
        }
        moved.forEach(route -> overdue.moved(route.groupId));
    }
}
