package io.sluice.tenantmanager.rest;

import io.sluice.tenantmanager.control.ControlCommand;
import io.sluice.tenantmanager.control.ControlState;
import io.sluice.tenantmanager.control.Plan;
import io.sluice.tenantmanager.control.ShardTask;
import io.sluice.tenantmanager.directory.KeyMaterial;
import io.sluice.tenantmanager.spi.ClusterView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Plans, the cluster, the audit log, and what is still on its way to the data shards. */
final class OperatorHandlers {
    private final ControlState state;
    private final Changes changes;
    private final ClusterView cluster;

    OperatorHandlers(ControlState state, Changes changes, ClusterView cluster) {
        this.state = state;
        this.changes = changes;
        this.cluster = cluster;
    }

    void listPlans(Request request) {
        request.answer(200, Pages.byName(request, "plans", state.plans(), Views::plan));
    }

    void getPlan(Request request) {
        Plan plan = state.plan(request.path("plan"));
        if (plan == null) {
            request.refuse(Problem.notFound("there is no plan '" + request.path("plan") + "'"));
        } else {
            request.answer(200, Views.plan(plan));
        }
    }

    void putPlan(Request request) {
        String name = request.path("plan");
        ControlCommand command =
                new ControlCommand.PutPlan(name, new RequestReader(new KeyMaterial()).limits(request.body(), true));
        changes.run(request, command, done -> {
            Plan plan = state.plan(name);
            return plan == null ? new JsonObject() : Views.plan(plan);
        });
    }

    void pending(Request request) {
        String tenant = request.parameter("tenant");
        int limit = request.intParameter("limit", 100);
        JsonArray items = new JsonArray();
        int count = 0;
        for (ShardTask task : state.tasks().values()) {
            if (tenant == null || task.tenant().equals(tenant)) {
                count++;
                if (items.size() < limit) {
                    items.add(Views.task(task));
                }
            }
        }
        request.answer(200, new JsonObject().put("pending", items).put("count", count));
    }

    void cluster(Request request) {
        request.answer(
                200,
                new JsonObject()
                        .put("nodes", Views.array(cluster.nodes(), OperatorHandlers::node))
                        .put("shards", Views.array(cluster.shards(), OperatorHandlers::shard))
                        .put("changing", new JsonArray(state.cluster().unsettled()))
                        .put("leaving", state.cluster().leaving()));
    }

    private static JsonObject node(ClusterView.Node node) {
        return new JsonObject()
                .put("id", node.id())
                .put("tcp", node.tcp())
                .put("http", node.http())
                .put("ws", node.ws())
                .put("alive", node.alive());
    }

    private static JsonObject shard(ClusterView.Shard shard) {
        return new JsonObject()
                .put("name", shard.name())
                .put("leader", shard.leader())
                .put("diskBytes", shard.diskBytes())
                .put(
                        "replicas",
                        Views.array(
                                shard.replicas(),
                                replica -> new JsonObject()
                                        .put("node", replica.node())
                                        .put("role", replica.role())
                                        .put("appliedIndex", replica.appliedIndex())
                                        .put("lagEntries", replica.lagEntries())));
    }

    void audit(Request request) {
        request.answer(200, Pages.bySequence(request, "audit", state.audit(), Views::audit));
    }
}
