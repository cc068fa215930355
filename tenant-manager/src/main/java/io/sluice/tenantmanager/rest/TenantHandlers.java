package io.sluice.tenantmanager.rest;

import io.sluice.tenantmanager.admission.AdmissionControl;
import io.sluice.tenantmanager.admission.Usage;
import io.sluice.tenantmanager.control.Amount;
import io.sluice.tenantmanager.control.ControlCommand;
import io.sluice.tenantmanager.control.ControlCommand.KeySpec;
import io.sluice.tenantmanager.control.ControlResult.Done;
import io.sluice.tenantmanager.control.ControlState;
import io.sluice.tenantmanager.control.LimitName;
import io.sluice.tenantmanager.control.LimitSettings;
import io.sluice.tenantmanager.control.Tenant;
import io.sluice.tenantmanager.directory.KeyMaterial;
import io.sluice.tenantmanager.spi.ClusterView;
import io.sluice.tenantmanager.spi.DataShards;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Tenants and their keys. */
final class TenantHandlers {
    private final ControlState state;
    private final Changes changes;
    private final AdmissionControl admission;
    private final DataShards shards;
    private final ClusterView cluster;
    private final KeyMaterial material = new KeyMaterial();

    TenantHandlers(
            ControlState state, Changes changes, AdmissionControl admission, DataShards shards, ClusterView cluster) {
        this.state = state;
        this.changes = changes;
        this.admission = admission;
        this.shards = shards;
        this.cluster = cluster;
    }

    void list(Request request) {
        request.answer(200, Pages.byName(request, "tenants", state.tenants(), Views::summary));
    }

    void get(Request request) {
        with(request, (name, tenant) -> request.answer(200, withEndpoints(Views.tenant(state, tenant))));
    }

    void put(Request request) {
        RequestReader reader = new RequestReader(material);
        JsonObject body = request.body();
        ControlCommand command = new ControlCommand.PutTenant(
                request.path("tenant"),
                body.getString("displayName"),
                body.getString("plan"),
                reader.limits(body, true),
                body.getInteger("weight"),
                reader.groups(body),
                reader.keys(body),
                false,
                shards.count());
        changes.run(request, command, done -> onboarded(done, reader.keys()));
    }

    void patch(Request request) {
        RequestReader reader = new RequestReader(material);
        JsonObject body = request.body();
        ControlCommand command = new ControlCommand.PutTenant(
                request.path("tenant"),
                body.getString("displayName"),
                body.getString("plan"),
                reader.limits(body, false),
                body.getInteger("weight"),
                reader.groups(new JsonObject()),
                reader.keys(new JsonObject()),
                true,
                shards.count());
        changes.run(request, command, this::now);
    }

    void delete(Request request) {
        String name = request.path("tenant");
        changes.run(
                request,
                new ControlCommand.DeleteTenant(name),
                done -> new JsonObject().put("tenant", name).put("deleted", true));
    }

    void suspend(Request request) {
        changes.run(request, new ControlCommand.SuspendTenant(request.path("tenant"), true), this::now);
    }

    void resume(Request request) {
        changes.run(request, new ControlCommand.SuspendTenant(request.path("tenant"), false), this::now);
    }

    void listKeys(Request request) {
        with(
                request,
                (name, tenant) -> request.answer(
                        200,
                        new JsonObject().put("keys", Views.array(tenant.keys().values(), Views::key))));
    }

    void makeKey(Request request) {
        RequestReader reader = new RequestReader(material);
        KeySpec spec = reader.key(request.body(), "");
        changes.run(
                request,
                new ControlCommand.AddKey(request.path("tenant"), spec),
                done -> new JsonObject()
                        .put("name", spec.name())
                        .put("permissions", new JsonArray(spec.permissions()))
                        .put("key", reader.keys().get(spec.name())));
    }

    void revokeKey(Request request) {
        String key = request.path("key");
        changes.run(
                request,
                new ControlCommand.RevokeKey(request.path("tenant"), key),
                done -> new JsonObject().put("name", key).put("revoked", true));
    }

    void usage(Request request) {
        with(request, (name, tenant) -> {
            LimitSettings limits = state.effectiveLimits(tenant);
            Usage usage = admission.usage(tenant.id());
            JsonObject answer = new JsonObject();
            for (LimitName limit : LimitName.values()) {
                Amount amount = limits.amounts().get(limit);
                JsonObject row =
                        new JsonObject().put("limit", amount == null ? "unlimited" : Views.amount(limit, amount));
                Long figure = figure(limit, tenant, usage);
                if (figure != null) {
                    row.put(limit.isRate() ? "tokensLeft" : "used", figure);
                }
                answer.put(limit.label(), row);
            }
            answer.getJsonObject(LimitName.UNACKED_MESSAGES.label()).put("reserved", usage.reservedUnacked());
            request.answer(
                    200,
                    new JsonObject()
                            .put("tenant", name)
                            .put("suspended", tenant.suspended())
                            .put("usage", answer));
        });
    }

    private static @Nullable Long figure(LimitName limit, Tenant tenant, Usage usage) {
        return switch (limit) {
            case PUBLISH_MESSAGES -> usage.publishMessagesLeft();
            case PUBLISH_BYTES -> usage.publishBytesLeft();
            case DELIVER_MESSAGES -> usage.deliverMessagesLeft();
            case DELIVER_BYTES -> usage.deliverBytesLeft();
            case CONNECTIONS -> usage.connections();
            case QUEUES -> (long) tenant.queueCount();
            case GROUPS -> (long) tenant.groups().size();
            case STORAGE_BYTES -> usage.storageBytes();
            case MESSAGE_BYTES -> null;
            case UNACKED_MESSAGES -> usage.unackedMessages();
        };
    }

    private JsonObject now(Done done) {
        Tenant decided = done.tenant();
        if (decided == null) {
            return new JsonObject();
        }
        Tenant tenant = state.tenant(decided.name());
        boolean same = tenant != null && tenant.id() == decided.id();
        return Views.tenant(state, same && tenant != null ? tenant : decided);
    }

    private JsonObject onboarded(Done done, Map<String, String> made) {
        JsonObject view = withEndpoints(now(done));
        for (Object item : view.getJsonArray("keys", new JsonArray())) {
            if (item instanceof JsonObject key && done.createdKeys().contains(key.getString("name"))) {
                key.put("key", made.get(key.getString("name")));
            }
        }
        return view;
    }

    /** Those of this node, unless it takes no clients. */
    private JsonObject withEndpoints(JsonObject view) {
        ClusterView.Node best = null;
        for (ClusterView.Node node : cluster.nodes()) {
            boolean own = node.id().equals(cluster.self());
            if (node.alive() && !node.tcp().isEmpty() && (best == null || own)) {
                best = node;
            }
        }
        return best == null
                ? view
                : view.put("endpoints", new JsonObject().put("tcp", best.tcp()).put("ws", best.ws()));
    }

    private void with(Request request, BiConsumer<String, Tenant> use) {
        String name = request.path("tenant");
        Tenant tenant = state.tenant(name);
        if (tenant == null) {
            request.refuse(Problem.notFound("there is no tenant '" + name + "'"));
        } else {
            use.accept(name, tenant);
        }
    }
}
