package io.sluice.tenantmanager.rest;

import io.sluice.tenantmanager.control.ControlCommand;
import io.sluice.tenantmanager.control.ControlResult.Done;
import io.sluice.tenantmanager.control.ControlState;
import io.sluice.tenantmanager.control.Group;
import io.sluice.tenantmanager.control.Queue;
import io.sluice.tenantmanager.control.Tenant;
import io.sluice.tenantmanager.directory.KeyMaterial;
import io.sluice.tenantmanager.service.ControlService;
import io.sluice.tenantmanager.spi.DataShards;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Queue groups and queues. */
final class GroupHandlers {
    private static final long SHARD_TIMEOUT_MS = 5_000;

    private final ControlService control;
    private final ControlState state;
    private final Changes changes;
    private final DataShards shards;
    private final KeyMaterial material = new KeyMaterial();

    GroupHandlers(ControlService control, Changes changes, DataShards shards) {
        this.control = control;
        this.state = control.state();
        this.changes = changes;
        this.shards = shards;
    }

    void list(Request request) {
        Tenant tenant = tenant(request);
        if (tenant != null) {
            request.answer(200, Pages.byName(request, "groups", tenant.groups(), Views::group));
        }
    }

    void get(Request request) {
        Group group = group(request);
        if (group != null) {
            request.answer(200, Views.group(group));
        }
    }

    void put(Request request) {
        putGroup(request, false);
    }

    void patch(Request request) {
        putGroup(request, true);
    }

    private void putGroup(Request request, boolean mustExist) {
        String name = request.path("group");
        ControlCommand command = new ControlCommand.PutGroup(
                request.path("tenant"),
                new RequestReader(material).group(name, request.body(), ""),
                mustExist,
                shards.count());
        changes.run(request, command, done -> groupNow(done, name));
    }

    void delete(Request request) {
        String name = request.path("group");
        changes.run(
                request,
                new ControlCommand.DeleteGroup(request.path("tenant"), name),
                done -> new JsonObject().put("group", name).put("deleted", true));
    }

    void move(Request request) {
        String name = request.path("group");
        int shard = request.body().getInteger("shard");
        changes.run(
                request,
                new ControlCommand.MoveGroup(request.path("tenant"), name, shard, shards.count()),
                done -> groupNow(done, name),
                done -> stayed(done, name, shard));
    }

    private @Nullable Problem stayed(Done done, String name, int shard) {
        Group group = current(done, name);
        if (group == null || group.shard() == shard) {
            return null;
        }
        return Problem.unavailable(
                "the group stays in shard " + group.shard() + ": the move was called off, and GET /v1/audit says why");
    }

    void listQueues(Request request) {
        Group group = group(request);
        if (group != null) {
            request.answer(200, Pages.byName(request, "queues", group.queues(), Views::queue));
        }
    }

    void getQueue(Request request) {
        Group group = group(request);
        Queue queue = group == null ? null : queue(request, group);
        if (group == null || queue == null) {
            return;
        }
        if (!queue.ready()) {
            request.answer(200, Views.queue(queue));
            return;
        }
        shards.stats(group.shard(), group.id(), queue.id())
                .timeout(SHARD_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .onSuccess(stats -> request.answer(200, Views.queue(queue, stats)))
                .onFailure(failure -> shardFailed(request, group, failure));
    }

    void putQueue(Request request) {
        putQueue(request, false);
    }

    void patchQueue(Request request) {
        putQueue(request, true);
    }

    private void putQueue(Request request, boolean mustExist) {
        String group = request.path("group");
        String name = request.path("queue");
        ControlCommand command = new ControlCommand.PutQueue(
                request.path("tenant"), group, new RequestReader(material).queue(name, request.body()), mustExist);
        changes.run(request, command, done -> queueNow(done, group, name));
    }

    void deleteQueue(Request request) {
        String group = request.path("group");
        String name = request.path("queue");
        changes.run(
                request,
                new ControlCommand.DeleteQueue(request.path("tenant"), group, name),
                done -> new JsonObject().put("queue", group + "/" + name).put("deleted", true));
    }

    /** On record first, then once at the shard: sent again later it would drop messages that came after. */
    void purge(Request request) {
        Group group = group(request);
        Queue queue = group == null ? null : queue(request, group);
        Tenant tenant = group == null ? null : tenant(request);
        if (group == null || queue == null || tenant == null) {
            return;
        }
        ControlCommand command = new ControlCommand.PurgeQueue(tenant.name(), group.name(), queue.name());
        control.propose(command, Changes.WHO, request.remoteAddress())
                .onFailure(failure -> Changes.failed(request, failure))
                .onSuccess(result -> {
                    if (result instanceof Done done) {
                        purge(request, tenant, group, queue, done.index());
                    } else if (result instanceof io.sluice.tenantmanager.control.ControlResult.Refused refused) {
                        request.refuse(Problem.of(refused));
                    }
                });
    }

    private void purge(Request request, Tenant tenant, Group group, Queue queue, long index) {
        Future<Void> purged = shards.purgeQueue(group.shard(), tenant.id(), group.id(), index, queue.id());
        purged.timeout(SHARD_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .onSuccess(any -> request.answer(
                        200,
                        new JsonObject()
                                .put("queue", group.name() + "/" + queue.name())
                                .put("purged", true)))
                .onFailure(failure -> shardFailed(request, group, failure));
    }

    private static void shardFailed(Request request, Group group, Throwable failure) {
        request.refuse(Problem.unavailable("data shard " + group.shard() + ", which holds group '" + group.name()
                + "', did not answer (" + failure.getMessage() + "): send the request again"));
    }

    private JsonObject groupNow(Done done, String name) {
        Group group = current(done, name);
        return group == null ? new JsonObject() : Views.group(group);
    }

    private JsonObject queueNow(Done done, String group, String name) {
        Group current = current(done, group);
        Queue queue = current == null ? null : current.queues().get(name);
        return queue == null ? new JsonObject() : Views.queue(queue);
    }

    /** As it is now, since the confirmation came after the decision. */
    private @Nullable Group current(Done done, String name) {
        Tenant decided = done.tenant();
        Tenant tenant = decided == null ? null : state.tenant(decided.name());
        return tenant == null ? null : tenant.groups().get(name);
    }

    private @Nullable Tenant tenant(Request request) {
        String name = request.path("tenant");
        Tenant tenant = state.tenant(name);
        if (tenant == null) {
            request.refuse(Problem.notFound("there is no tenant '" + name + "'"));
        }
        return tenant;
    }

    private @Nullable Group group(Request request) {
        Tenant tenant = tenant(request);
        Group group = tenant == null ? null : tenant.groups().get(request.path("group"));
        if (tenant != null && group == null) {
            request.refuse(
                    Problem.notFound("tenant '" + tenant.name() + "' has no group '" + request.path("group") + "'"));
        }
        return group;
    }

    private static @Nullable Queue queue(Request request, Group group) {
        Queue queue = group.queues().get(request.path("queue"));
        if (queue == null) {
            request.refuse(
                    Problem.notFound("group '" + group.name() + "' has no queue '" + request.path("queue") + "'"));
        }
        return queue;
    }
}
