package io.sluice.tenantmanager.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Control log entries as bytes: JSON, because the control log is small, is read by people when something went wrong, and takes new fields without
 * ceremony. Form 1: {@code {"v":1,"type":"PUT_TENANT","timeMs":…,"who":…,"from":…,"requestId":…,"body":{…}}}.
 */
public final class EntryCodec {
    static final int VERSION = 1;

    private final ObjectMapper mapper = mapper();

    /** Types by the names that stand in the log: never rename one. */
    private enum Type {
        PUT_TENANT(ControlCommand.PutTenant.class),
        SUSPEND_TENANT(ControlCommand.SuspendTenant.class),
        DELETE_TENANT(ControlCommand.DeleteTenant.class),
        ADD_KEY(ControlCommand.AddKey.class),
        REVOKE_KEY(ControlCommand.RevokeKey.class),
        PUT_GROUP(ControlCommand.PutGroup.class),
        DELETE_GROUP(ControlCommand.DeleteGroup.class),
        PUT_QUEUE(ControlCommand.PutQueue.class),
        DELETE_QUEUE(ControlCommand.DeleteQueue.class),
        PURGE_QUEUE(ControlCommand.PurgeQueue.class),
        PUT_PLAN(ControlCommand.PutPlan.class),
        CONFIRM_TASKS(ControlCommand.ConfirmTasks.class),
        ENTER_NODE(ControlCommand.EnterNode.class),
        MOVE_GROUP(ControlCommand.MoveGroup.class),
        CALL_OFF_MOVE(ControlCommand.CallOffMove.class),
        ADD_NODE(ControlCommand.AddNode.class),
        REMOVE_NODE(ControlCommand.RemoveNode.class),
        SETTLE_LOG(ControlCommand.SettleLog.class);

        private final Class<? extends ControlCommand> commandClass;

        Type(Class<? extends ControlCommand> commandClass) {
            this.commandClass = commandClass;
        }

        static Type of(ControlCommand command) {
            for (Type type : values()) {
                if (type.commandClass == command.getClass()) {
                    return type;
                }
            }
            throw new IllegalStateException("no log form for " + command.getClass());
        }
    }

    /** The log form. */
    private record Form(int v, Type type, long timeMs, String who, String from, String requestId, JsonNode body) {}

    static ObjectMapper mapper() {
        return JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .build();
    }

    public ByteBuffer encode(ControlEntry entry) {
        Form form = new Form(
                VERSION,
                Type.of(entry.command()),
                entry.timeMs(),
                entry.who(),
                entry.from(),
                entry.requestId(),
                mapper.valueToTree(entry.command()));
        try {
            return ByteBuffer.wrap(mapper.writeValueAsBytes(form)).asReadOnlyBuffer();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("control command has no log form", e);
        }
    }

    /**
     * @throws UncheckedIOException for bytes that no release wrote
     * @throws IllegalStateException for an entry of a newer release: to skip it would let this replica drift from the others
     */
    public ControlEntry decode(ByteBuffer entry) {
        byte[] bytes = new byte[entry.remaining()];
        entry.duplicate().get(bytes);
        try {
            JsonNode tree = mapper.readTree(bytes);
            int version = tree.path("v").asInt();
            if (version != VERSION) {
                throw new IllegalStateException("control log entry of version " + version
                        + "; this release reads version " + VERSION + ": upgrade this node");
            }
            Form form = mapper.treeToValue(tree, Form.class);
            ControlCommand command = mapper.treeToValue(form.body(), form.type().commandClass);
            return new ControlEntry(form.timeMs(), form.who(), form.from(), form.requestId(), command);
        } catch (IOException e) {
            throw new UncheckedIOException("control log entry cannot be read", e);
        }
    }
}
