package io.sluice.gateway.session;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.MessageValidator;
import io.sluice.protocol.frame.Publish;
import io.sluice.queuegroups.api.Commands.Section;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.GroupView;
import io.sluice.tenantmanager.api.Principal;
import io.sluice.tenantmanager.api.TenantView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The group that a producer publishes to: checks sections and turns queue names into ids.
 *
 * <p>What it found out about a queue holds as long as the tenant's picture in the directory is the same object. <em>Confined to:</em> one event loop.
 */
final class PublishTarget {
    private final Directory directory;
    private final Principal principal;
    private final MessageValidator validator;
    private final String group;
    private final long groupId;
    private final Map<String, Queue> queues = new HashMap<>();
    private @Nullable TenantView known;
    private int largestBytes;

    PublishTarget(Directory directory, Principal principal, MessageValidator validator, GroupView group) {
        this.directory = directory;
        this.principal = principal;
        this.validator = validator;
        this.group = group.name();
        this.groupId = group.groupId();
    }

    /** @param id of the queue @param refusal why it may not be published to, or null */
    private record Queue(long id, @Nullable Refusal refusal) {}

    /** Size of the largest message that the last {@link #check} saw. */
    int largestBytes() {
        return largestBytes;
    }

    /** Checks all of a publish and fills {@code sections}; answers why not, or null. */
    @Nullable
    Refusal check(Publish publish, List<Section> sections) {
        int position = publish.messages().position();
        int largest = 0;
        for (Publish.Section section : publish.sections()) {
            Queue queue = queue(section.queue());
            if (queue.refusal != null) {
                return queue.refusal;
            }
            MessageValidator.Checked checked =
                    validator.check(publish.messages(), position, section.bytes(), section.count());
            if (!checked.ok()) {
                return Refusal.of(ErrorCode.BAD_FRAME, "PUBLISH to " + section.queue() + ": " + checked.problem());
            }
            largest = Math.max(largest, checked.largestBytes());
            sections.add(new Section(queue.id, section.count(), section.bytes(), checked.flags()));
            position += section.bytes();
        }
        largestBytes = largest;
        return null;
    }

    // The directory replaces the picture with each change, so the same object means nothing changed.
    @SuppressWarnings("ReferenceEquality")
    private Queue queue(String name) {
        TenantView view = directory.tenant(principal.tenantId());
        if (view != known) {
            queues.clear();
            known = view;
        }
        Queue queue = queues.get(name);
        if (queue == null) {
            queue = resolve(view, name);
            if (queue.refusal == null) {
                queues.put(name, queue);
            }
        }
        return queue;
    }

    private Queue resolve(@Nullable TenantView view, String name) {
        if (!principal.permissions().mayPublish(group, name)) {
            return refused(
                    ErrorCode.FORBIDDEN, "key " + principal.keyName() + " may not publish to " + group + "/" + name);
        }
        GroupView now = view == null ? null : view.groups().get(group);
        if (now == null || now.groupId() != groupId) {
            return refused(ErrorCode.NOT_FOUND, "queue group " + group + " was deleted");
        }
        Long id = now.queues().get(name);
        return id == null
                ? refused(ErrorCode.NOT_FOUND, "queue group " + group + " has no queue " + name)
                : new Queue(id, null);
    }

    private static Queue refused(ErrorCode code, String message) {
        return new Queue(0, Refusal.of(code, message));
    }

    /** Makes the list that {@link #check} fills. */
    static List<Section> sectionsFor(Publish publish) {
        return new ArrayList<>(publish.sections().size());
    }
}
