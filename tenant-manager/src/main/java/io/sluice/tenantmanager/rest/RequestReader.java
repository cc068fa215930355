package io.sluice.tenantmanager.rest;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.OverflowPolicy;
import io.sluice.tenantmanager.control.Amount;
import io.sluice.tenantmanager.control.ControlCommand.GroupSpec;
import io.sluice.tenantmanager.control.ControlCommand.KeySpec;
import io.sluice.tenantmanager.control.ControlCommand.QueueSpec;
import io.sluice.tenantmanager.control.LimitName;
import io.sluice.tenantmanager.control.LimitPatch;
import io.sluice.tenantmanager.directory.CompiledPermissions;
import io.sluice.tenantmanager.directory.KeyMaterial;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Request bodies, already checked against the schema, as commands; checks what the schema cannot say. Made for one request. */
final class RequestReader {
    private final KeyMaterial material;
    private final Map<String, String> keys = new TreeMap<>();

    RequestReader(KeyMaterial material) {
        this.material = material;
    }

    /** The request is refused; caught where the request came in. */
    static final class InvalidRequest extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        InvalidRequest(String field, String detail) {
            super(detail, null, false, false);
            this.problem = Problem.invalid(field, detail);
        }

        Problem problem() {
            return problem;
        }
    }

    /** The keys that were made while reading, by name; to be shown for the names that turn out to be new. */
    Map<String, String> keys() {
        return keys;
    }

    LimitPatch limits(JsonObject body, boolean replace) {
        JsonObject limits = body.getJsonObject("limits");
        if (limits == null) {
            return LimitPatch.NOTHING;
        }
        Map<LimitName, Amount> set = new TreeMap<>();
        List<LimitName> remove = new ArrayList<>();
        for (LimitName name : LimitName.values()) {
            if (limits.containsKey(name.label())) {
                Object value = limits.getValue(name.label());
                if (value == null) {
                    remove.add(name);
                } else {
                    set.put(name, amount(name, value));
                }
            }
        }
        String overRate = limits.getString("overRate");
        return new LimitPatch(replace, set, remove, overRate == null ? null : overRate.equals("reject"));
    }

    private static Amount amount(LimitName name, Object value) {
        if (value instanceof Number number) {
            return name.isRate() ? Amount.rate(number.longValue()) : Amount.quota(number.longValue());
        }
        if (value instanceof JsonObject object) {
            long rate = object.getLong("rate");
            return new Amount(rate, object.getLong("burst", rate));
        }
        return Amount.UNLIMITED;
    }

    List<GroupSpec> groups(JsonObject body) {
        List<GroupSpec> groups = new ArrayList<>();
        Set<String> names = new HashSet<>();
        JsonArray array = body.getJsonArray("groups", new JsonArray());
        for (int i = 0; i < array.size(); i++) {
            JsonObject group = array.getJsonObject(i);
            String name = group.getString("name");
            unique(names, name, "groups[" + i + "].name");
            groups.add(group(name, group, "groups[" + i + "]."));
        }
        return groups;
    }

    GroupSpec group(String name, JsonObject body, String field) {
        List<QueueSpec> queues = new ArrayList<>();
        Set<String> names = new HashSet<>();
        JsonArray array = body.getJsonArray("queues", new JsonArray());
        for (int i = 0; i < array.size(); i++) {
            JsonObject queue = array.getJsonObject(i);
            unique(names, queue.getString("name"), field + "queues[" + i + "].name");
            queues.add(queue(queue.getString("name"), queue));
        }
        String form = body.getString("form");
        return new GroupSpec(name, form == null ? null : GroupForm.valueOf(form.toUpperCase(Locale.ROOT)), queues);
    }

    QueueSpec queue(String name, JsonObject body) {
        return new QueueSpec(
                name,
                body.getLong("maxMessages"),
                body.getLong("maxBytes"),
                overflow(body.getString("overflow")),
                body.getInteger("maxDeliveries"),
                body.getString("deadLetterQueue"),
                body.getLong("ttlMs"),
                body.getBoolean("orderByKey"),
                body.getLong("redeliveryDelayMs"),
                body.getLong("maxRedeliveryDelayMs"));
    }

    private static @Nullable OverflowPolicy overflow(@Nullable String label) {
        return label == null
                ? null
                : OverflowPolicy.valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    List<KeySpec> keys(JsonObject body) {
        List<KeySpec> specs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        JsonArray array = body.getJsonArray("keys", new JsonArray());
        for (int i = 0; i < array.size(); i++) {
            JsonObject key = array.getJsonObject(i);
            unique(names, key.getString("name"), "keys[" + i + "].name");
            specs.add(key(key, "keys[" + i + "]."));
        }
        return specs;
    }

    KeySpec key(JsonObject body, String field) {
        List<String> permissions = new ArrayList<>();
        JsonArray array = body.getJsonArray("permissions");
        for (int i = 0; i < array.size(); i++) {
            String permission = array.getString(i);
            String problem = CompiledPermissions.problem(permission);
            if (problem != null) {
                throw new InvalidRequest(field + "permissions[" + i + "]", problem);
            }
            permissions.add(permission);
        }
        KeyMaterial.Made made = material.make();
        String name = body.getString("name");
        keys.put(name, made.key());
        return new KeySpec(name, made.hash(), permissions);
    }

    private static void unique(Set<String> names, String name, String field) {
        if (!names.add(name)) {
            throw new InvalidRequest(field, "'" + name + "' is named twice: name it once");
        }
    }
}
