package io.sluice.tenantmanager.rest;

import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import io.sluice.tenantmanager.control.Amount;
import io.sluice.tenantmanager.control.AuditRecord;
import io.sluice.tenantmanager.control.ControlResult.Change;
import io.sluice.tenantmanager.control.ControlState;
import io.sluice.tenantmanager.control.Group;
import io.sluice.tenantmanager.control.Key;
import io.sluice.tenantmanager.control.LimitName;
import io.sluice.tenantmanager.control.LimitSettings;
import io.sluice.tenantmanager.control.Plan;
import io.sluice.tenantmanager.control.Queue;
import io.sluice.tenantmanager.control.ShardTask;
import io.sluice.tenantmanager.control.Tenant;
import io.sluice.tenantmanager.spi.DataShards;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What the interface shows; numeric ids and log indexes stay inside. */
final class Views {
    private Views() {}

    static JsonObject tenant(ControlState state, Tenant tenant) {
        return summary(tenant)
                .put("limits", limits(tenant.limits()))
                .put("effectiveLimits", limits(state.effectiveLimits(tenant)))
                .put("groups", array(tenant.groups().values(), Views::group))
                .put("keys", array(tenant.keys().values(), Views::key));
    }

    static JsonObject summary(Tenant tenant) {
        return new JsonObject()
                .put("tenant", tenant.name())
                .put("displayName", tenant.displayName())
                .put("plan", tenant.plan())
                .put("weight", tenant.weight())
                .put("suspended", tenant.suspended())
                .put("created", time(tenant.createdMs()))
                .put("changed", time(tenant.changedMs()))
                .put("groupCount", tenant.groups().size())
                .put("queueCount", tenant.queueCount());
    }

    static JsonObject limits(LimitSettings limits) {
        JsonObject json = new JsonObject();
        limits.amounts().forEach((name, amount) -> json.put(name.label(), amount(name, amount)));
        if (limits.rejectOverRate() != null) {
            json.put("overRate", limits.rejectOverRate() ? "reject" : "pace");
        }
        return json;
    }

    static Object amount(LimitName name, Amount amount) {
        if (amount.unlimited()) {
            return "unlimited";
        }
        return name.isRate()
                ? new JsonObject().put("rate", amount.value()).put("burst", amount.burst())
                : (Object) amount.value();
    }

    static JsonObject group(Group group) {
        return new JsonObject()
                .put("name", group.name())
                .put("form", group.form().label())
                .put("shard", group.shard())
                .put("status", group.ready() ? "ready" : "pending")
                .put("queues", array(group.queues().values(), Views::queue));
    }

    static JsonObject queue(Queue queue) {
        QueueOptions options = queue.options();
        return new JsonObject()
                .put("name", queue.name())
                .put("status", queue.ready() ? "ready" : "pending")
                .put("maxMessages", options.maxMessages())
                .put("maxBytes", options.maxBytes())
                .put("overflow", label(options.overflow()))
                .put("maxDeliveries", options.maxDeliveries())
                .put("deadLetterQueue", options.deadLetterQueue())
                .put("ttlMs", options.defaultTtlMs())
                .put("orderByKey", options.orderByKey())
                .put("redeliveryDelayMs", options.redeliveryDelayMs())
                .put("maxRedeliveryDelayMs", options.maxRedeliveryDelayMs());
    }

    static JsonObject queue(Queue queue, DataShards.Stats stats) {
        return queue(queue)
                .put("depth", stats.ready() + stats.delayed())
                .put("ready", stats.ready())
                .put("delayed", stats.delayed())
                .put("unacked", stats.unacked())
                .put("consumers", stats.consumers())
                .put("bytes", stats.bytes())
                .put("oldestAgeMs", stats.oldestAgeMs());
    }

    private static String label(OverflowPolicy policy) {
        return policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static JsonObject key(Key key) {
        return new JsonObject()
                .put("name", key.name())
                .put("permissions", new JsonArray(key.permissions()))
                .put("created", time(key.createdMs()));
    }

    static JsonObject plan(Plan plan) {
        return new JsonObject().put("plan", plan.name()).put("limits", limits(plan.limits()));
    }

    static JsonObject task(ShardTask task) {
        return new JsonObject()
                .put("tenant", task.tenant())
                .put("what", task.describe())
                .put("shard", task.shard())
                .put("since", time(task.sinceMs()));
    }

    static JsonObject audit(AuditRecord record) {
        return new JsonObject()
                .put("sequence", record.sequence())
                .put("time", time(record.timeMs()))
                .put("who", record.who())
                .put("from", record.from())
                .put("action", record.action())
                .put("target", record.target())
                .put("what", record.what())
                .put("result", record.result());
    }

    static JsonArray changes(List<Change> changes) {
        return array(changes, change -> {
            JsonObject json = new JsonObject().put("op", change.op()).put("what", change.what());
            return change.op().equals("update")
                    ? json.put("from", change.from()).put("to", change.to())
                    : json;
        });
    }

    static <T> JsonArray array(Collection<T> items, Function<T, JsonObject> view) {
        JsonArray array = new JsonArray();
        items.forEach(item -> array.add(view.apply(item)));
        return array;
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }
}
