package io.sluice.tenantmanager.control;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.OverflowPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that changes the control shard's state. A field that is null keeps its value, or takes its default where the thing is new. */
public sealed interface ControlCommand {
    /** What it does, for the audit log. */
    String action();

    /** What it is about, for the audit log. */
    String target();

    /**
     * Onboards or updates a tenant. Groups, queues and keys that are not named stay as they are.
     *
     * @param mustExist refused where the tenant does not exist
     * @param shardCount number of data shards, for the placement of new groups
     */
    record PutTenant(
            String tenant,
            @Nullable String displayName,
            @Nullable String plan,
            LimitPatch limits,
            @Nullable Integer weight,
            List<GroupSpec> groups,
            List<KeySpec> keys,
            boolean mustExist,
            int shardCount)
            implements ControlCommand {
        @Override
        public String action() {
            return mustExist ? "patch tenant" : "put tenant";
        }

        @Override
        public String target() {
            return tenant;
        }
    }

    record SuspendTenant(String tenant, boolean suspended) implements ControlCommand {
        @Override
        public String action() {
            return suspended ? "suspend tenant" : "resume tenant";
        }

        @Override
        public String target() {
            return tenant;
        }
    }

    record DeleteTenant(String tenant) implements ControlCommand {
        @Override
        public String action() {
            return "delete tenant";
        }

        @Override
        public String target() {
            return tenant;
        }
    }

    /** Adds a key; refused where the name is taken. */
    record AddKey(String tenant, KeySpec key) implements ControlCommand {
        @Override
        public String action() {
            return "make key";
        }

        @Override
        public String target() {
            return tenant + ":" + key.name();
        }
    }

    record RevokeKey(String tenant, String key) implements ControlCommand {
        @Override
        public String action() {
            return "revoke key";
        }

        @Override
        public String target() {
            return tenant + ":" + key;
        }
    }

    record PutGroup(String tenant, GroupSpec group, boolean mustExist, int shardCount) implements ControlCommand {
        @Override
        public String action() {
            return mustExist ? "patch group" : "put group";
        }

        @Override
        public String target() {
            return tenant + ":" + group.name();
        }
    }

    record DeleteGroup(String tenant, String group) implements ControlCommand {
        @Override
        public String action() {
            return "delete group";
        }

        @Override
        public String target() {
            return tenant + ":" + group;
        }
    }

    record PutQueue(String tenant, String group, QueueSpec queue, boolean mustExist) implements ControlCommand {
        @Override
        public String action() {
            return mustExist ? "patch queue" : "put queue";
        }

        @Override
        public String target() {
            return tenant + ":" + group + "/" + queue.name();
        }
    }

    record DeleteQueue(String tenant, String group, String queue) implements ControlCommand {
        @Override
        public String action() {
            return "delete queue";
        }

        @Override
        public String target() {
            return tenant + ":" + group + "/" + queue;
        }
    }

    /** Changes nothing here: it puts the purge on record and gives it a control index; the shard is asked afterwards. */
    record PurgeQueue(String tenant, String group, String queue) implements ControlCommand {
        @Override
        public String action() {
            return "purge queue";
        }

        @Override
        public String target() {
            return tenant + ":" + group + "/" + queue;
        }
    }

    /**
     * Has a group go to another shard.
     *
     * @param shardCount number of data shards, where the control shard does not know
     */
    record MoveGroup(String tenant, String group, int shard, int shardCount) implements ControlCommand {
        @Override
        public String action() {
            return "move group";
        }

        @Override
        public String target() {
            return tenant + ":" + group;
        }
    }

    /** The shard that a group was to leave said that the group stays. @param task of the move */
    record CallOffMove(long task, String tenant, String group, String reason) implements ControlCommand {
        @Override
        public String action() {
            return "call off move";
        }

        @Override
        public String target() {
            return tenant + ":" + group;
        }
    }

    record PutPlan(String plan, LimitPatch limits) implements ControlCommand {
        @Override
        public String action() {
            return "put plan";
        }

        @Override
        public String target() {
            return plan;
        }
    }

    /** Data shards confirmed these tasks. Not audited. */
    record ConfirmTasks(List<Long> tasks) implements ControlCommand {
        @Override
        public String action() {
            return "confirm";
        }

        @Override
        public String target() {
            return "";
        }
    }

    /**
     * A node begins to serve: forms the cluster if there is none yet, and gives the node its number if it has none.
     *
     * @param node id of the node
     * @param nodes ids of all nodes, sorted
     * @param shardCount data shards to be made
     * @param replicaCount nodes for each data shard
     */
    record EnterNode(String node, List<String> nodes, int shardCount, int replicaCount) implements ControlCommand {
        @Override
        public String action() {
            return "enter node";
        }

        @Override
        public String target() {
            return node;
        }
    }

    /** A node joins the cluster. @param host where the other nodes reach it @param raftPort likewise */
    record AddNode(String node, String host, int raftPort) implements ControlCommand {
        @Override
        public String action() {
            return "add node";
        }

        @Override
        public String target() {
            return node;
        }
    }

    /** A node leaves the cluster for good. */
    record RemoveNode(String node) implements ControlCommand {
        @Override
        public String action() {
            return "remove node";
        }

        @Override
        public String target() {
            return node;
        }
    }

    /**
     * A log's leader says that it is held by the nodes that shall hold it.
     *
     * @param change which change of nodes it speaks of, as its map of nodes names it; null in entries of releases that did not say
     */
    record SettleLog(String log, @Nullable String change) implements ControlCommand {
        @Override
        public String action() {
            return "settle log";
        }

        @Override
        public String target() {
            return log;
        }
    }

    record GroupSpec(String name, @Nullable GroupForm form, List<QueueSpec> queues) {}

    record QueueSpec(
            String name,
            @Nullable Long maxMessages,
            @Nullable Long maxBytes,
            @Nullable OverflowPolicy overflow,
            @Nullable Integer maxDeliveries,
            @Nullable String deadLetterQueue,
            @Nullable Long ttlMs,
            @Nullable Boolean orderByKey,
            @Nullable Long redeliveryDelayMs,
            @Nullable Long maxRedeliveryDelayMs) {}

    /** @param hash of a key that was made for it before the command was proposed; used only if the name is new */
    record KeySpec(String name, String hash, List<String> permissions) {}
}
