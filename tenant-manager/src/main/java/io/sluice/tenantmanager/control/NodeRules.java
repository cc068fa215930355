package io.sluice.tenantmanager.control;

import io.sluice.tenantmanager.api.ClusterMap;
import io.sluice.tenantmanager.control.ControlResult.Change;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How nodes are added to the cluster and removed from it: here it is decided who shall hold what; the leaders of the logs bring it about and say so. */
final class NodeRules {
    private static final int FEWEST = 3;

    private NodeRules() {}

    static @Nullable Refused add(Draft draft, ControlCommand.AddNode add) {
        ClusterMap before = draft.state().cluster();
        if (before.leaving().equals(add.node())) {
            return busy(before);
        }
        if (before.members().stream()
                .anyMatch(member -> member.id().equals(add.node())
                        && member.host().equals(add.host())
                        && member.raftPort() == add.raftPort())) {
            return null;
        }
        if (before.number(add.node()) > 0) {
            return Refused.conflict("id", "node " + add.node() + " is a member already, at another address");
        }
        if (before.members().size() < FEWEST) {
            return Refused.conflict(
                    "",
                    "two nodes are less available than one: start three with all of them in cluster.nodes, and move the data by publishing it again");
        }
        Refused busy = busy(before);
        if (busy != null) {
            return busy;
        }
        ClusterMap with = before.with(add.node(), add.host(), add.raftPort());
        draft.cluster = with.placed(spread(with, add.node()), "");
        draft.created = true;
        draft.changes.add(Change.create("node " + add.node()));
        addMoves(draft, before);
        return null;
    }

    static @Nullable Refused remove(Draft draft, ControlCommand.RemoveNode remove) {
        ClusterMap before = draft.state().cluster();
        if (before.leaving().equals(remove.node())) {
            return null;
        }
        if (before.number(remove.node()) == 0) {
            return Refused.notFound("there is no node '" + remove.node() + "' in the cluster");
        }
        if (before.members().size() <= FEWEST) {
            return Refused.conflict(
                    "",
                    "the cluster would have " + (before.members().size() - 1)
                            + " nodes left, and no majority once one of them is away: add a node first (POST /v1/cluster/nodes)");
        }
        Refused busy = busy(before);
        if (busy != null) {
            return busy;
        }
        draft.cluster = before.placed(without(before, remove.node()), remove.node());
        draft.changes.add(Change.delete("node " + remove.node()));
        addMoves(draft, before);
        return null;
    }

    static @Nullable Refused settle(Draft draft, ControlCommand.SettleLog settle) {
        ClusterMap before = draft.state().cluster();
        // A leader that stood still may speak of a change that others have brought to its end, when the next one is
        // under way.
        boolean current = settle.change() == null || settle.change().equals(before.change());
        if (current && before.unsettled().contains(settle.log())) {
            draft.cluster = before.settled(settle.log());
            draft.changes.add(Change.update("members of " + settle.log(), "", "as placed"));
        }
        return null;
    }

    private static @Nullable Refused busy(ClusterMap map) {
        return map.unsettled().isEmpty()
                ? null
                : Refused.conflict(
                        "",
                        "a node is being added or removed, and " + map.unsettled()
                                + " are not held as they should be yet: wait until GET /v1/cluster shows nothing under 'changing'");
    }

    private static void addMoves(Draft draft, ClusterMap before) {
        ClusterMap after = draft.cluster;
        for (int shard = 0; after != null && shard < after.replicas().size(); shard++) {
            String from = String.valueOf(before.replicas().get(shard));
            String to = String.valueOf(after.replicas().get(shard));
            if (!from.equals(to)) {
                draft.changes.add(Change.update("holders of " + ClusterMap.log(shard), from, to));
            }
        }
    }

    /** The new node takes replicas from those with the most, until it has about as many. */
    private static List<List<String>> spread(ClusterMap map, String added) {
        List<List<String>> placed = copy(map.replicas());
        while (true) {
            String fullest = fullest(placed, map.staying());
            if (load(placed, fullest) - load(placed, added) < 2 || !take(placed, fullest, added)) {
                return placed;
            }
        }
    }

    /** Rather not a shard's first one, which should lead it. */
    private static boolean take(List<List<String>> placed, String from, String added) {
        for (boolean first : new boolean[] {false, true}) {
            for (List<String> holders : placed) {
                int at = holders.indexOf(from);
                if (at >= 0 && (at == 0) == first && !holders.contains(added)) {
                    holders.set(at, added);
                    return true;
                }
            }
        }
        return false;
    }

    /** Where the node was comes the one with the fewest that is not there yet; nobody, where all are. */
    private static List<List<String>> without(ClusterMap map, String gone) {
        List<List<String>> placed = copy(map.replicas());
        for (List<String> holders : placed) {
            int at = holders.indexOf(gone);
            if (at < 0) {
                continue;
            }
            String next = null;
            for (String node : map.staying()) {
                boolean free = !node.equals(gone) && !holders.contains(node);
                if (free && (next == null || load(placed, node) < load(placed, next))) {
                    next = node;
                }
            }
            if (next == null) {
                holders.remove(at);
            } else {
                holders.set(at, next);
            }
        }
        return placed;
    }

    private static List<List<String>> copy(List<List<String>> replicas) {
        List<List<String>> copy = new ArrayList<>();
        replicas.forEach(holders -> copy.add(new ArrayList<>(holders)));
        return copy;
    }

    private static String fullest(List<List<String>> placed, List<String> nodes) {
        String fullest = nodes.get(0);
        for (String node : nodes) {
            fullest = load(placed, node) > load(placed, fullest) ? node : fullest;
        }
        return fullest;
    }

    private static long load(List<List<String>> placed, String node) {
        return placed.stream().filter(holders -> holders.contains(node)).count();
    }
}
