package io.sluice.queuegroups.machine;

import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongLinkedOpenHashSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The groups of one shard, the ids of deleted ones, what each tenant holds, and who is due when. */
final class Groups {
    private final ShardScope scope;
    private final PinTable pins = new PinTable();
    private final Long2ObjectLinkedOpenHashMap<GroupMachine> groups = new Long2ObjectLinkedOpenHashMap<>();
    private final LongLinkedOpenHashSet deleted = new LongLinkedOpenHashSet();
    private final Long2ObjectLinkedOpenHashMap<Ledger> tenants = new Long2ObjectLinkedOpenHashMap<>();
    private final TreeSet<Due> due = new TreeSet<>();
    private final Long2ObjectLinkedOpenHashMap<Due> dueOfGroup = new Long2ObjectLinkedOpenHashMap<>();

    private record Due(long atMs, long groupId) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return atMs != other.atMs ? Long.compare(atMs, other.atMs) : Long.compare(groupId, other.groupId);
        }
    }

    Groups(ShardScope scope) {
        this.scope = scope;
    }

    PinTable pins() {
        return pins;
    }

    Collection<GroupMachine> all() {
        return groups.values();
    }

    Collection<Ledger> tenants() {
        return tenants.values();
    }

    @Nullable
    GroupMachine find(long groupId) {
        return groups.get(groupId);
    }

    boolean wasDeleted(long groupId) {
        return deleted.contains(groupId);
    }

    GroupContext context(long tenantId, long groupId) {
        Ledger ledger = tenants.computeIfAbsent(tenantId, id -> new Ledger(id, pins));
        return new GroupContext(tenantId, groupId, ledger, scope);
    }

    void add(GroupMachine group) {
        groups.put(group.groupId(), group);
    }

    /** What is here of it is what it left when it went to another shard; it may come back. */
    void goneElsewhere(long groupId) {
        deleted.remove(groupId);
        GroupMachine group = groups.get(groupId);
        if (group != null) {
            group.left(true);
        }
    }

    /** Origins that own a producer or a consumer, sorted, each once. */
    long[] origins() {
        TreeSet<Long> origins = new TreeSet<>();
        for (GroupMachine group : groups.values()) {
            group.producers().forEachOwner(origins::add);
            group.consumers()
                    .all()
                    .forEach(subscriber -> origins.add(subscriber.client().origin()));
        }
        return origins.stream().mapToLong(Long::longValue).toArray();
    }

    /** Notes when the group is due, and lets it go if it is deleted and empty; after every command. */
    void changed(GroupMachine group) {
        if (group.deleted() && !group.left()) {
            deleted.add(group.groupId());
        }
        if (group.gone()) {
            groups.remove(group.groupId());
        }
        Due old = dueOfGroup.get(group.groupId());
        long atMs = group.gone() ? Run.NEVER : group.dueMs();
        if ((old == null ? Run.NEVER : old.atMs()) != atMs) {
            if (old != null) {
                due.remove(old);
                dueOfGroup.remove(group.groupId());
            }
            if (atMs != Run.NEVER) {
                Due next = new Due(atMs, group.groupId());
                due.add(next);
                dueOfGroup.put(group.groupId(), next);
            }
        }
    }

    long nextDueMs() {
        return due.isEmpty() ? Run.NEVER : due.first().atMs();
    }

    /** The groups that are due now, the one that waits longest first. */
    List<GroupMachine> due() {
        List<GroupMachine> result = new ArrayList<>();
        for (Due next : due) {
            if (next.atMs() > scope.nowMs()) {
                break;
            }
            GroupMachine group = groups.get(next.groupId());
            if (group != null) {
                result.add(group);
            }
        }
        return result;
    }

    void verify(Moves moves) {
        Groups expected = new Groups(scope);
        boolean quarantine = false;
        for (GroupMachine group : groups.values()) {
            quarantine |= group.quarantinedIndex() != 0;
            if (group.quarantinedIndex() == 0) {
                group.verify();
            }
            Ledger ledger = expected.context(group.tenantId(), group.groupId()).ledger();
            group.forEachRun(chunk -> true, (queueId, run) -> ledger.hold(run));
            group.forEachBuried(ledger::hold);
            for (Subscriber subscriber : group.consumers().all()) {
                ledger.checkOut(subscriber.outMessages());
            }
            Due noted = dueOfGroup.get(group.groupId());
            Check.same(group.dueMs(), noted == null ? Run.NEVER : noted.atMs(), "due time of a group");
        }
        moves.verify(arrival -> arrival.count(new Ledger(0, expected.pins)));
        // An error in the middle of a change may have left these sums too high.
        if (!quarantine) {
            pins.verifySame(expected.pins);
            for (Ledger ledger : tenants.values()) {
                Ledger other = expected.tenants.get(ledger.tenantId());
                TenantUsage none = new TenantUsage(ledger.tenantId(), 0, 0);
                TenantUsage recounted = other == null ? none : other.usage();
                Check.that(ledger.usage().equals(recounted), ledger.usage() + " by recount is " + recounted);
            }
        }
    }

    void write(StateWriter out) {
        out.varint(deleted.size());
        deleted.forEach(out::varint);
        out.varint(groups.size());
        for (GroupMachine group : groups.values()) {
            out.varint(group.tenantId());
            out.varint(group.groupId());
            group.write(out);
        }
    }

    void read(StateReader in) {
        for (int left = in.count(); left > 0; left--) {
            deleted.add(in.varint());
        }
        for (int left = in.count(); left > 0; left--) {
            GroupMachine group = GroupMachine.read(in, context(in.varint(), in.varint()));
            add(group);
            changed(group);
        }
    }
}
