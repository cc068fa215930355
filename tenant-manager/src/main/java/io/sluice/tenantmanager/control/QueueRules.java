package io.sluice.tenantmanager.control;

import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import io.sluice.tenantmanager.control.ControlCommand.QueueSpec;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import org.jspecify.annotations.Nullable;

/** How the options of a queue come about and which go together. */
final class QueueRules {
    private QueueRules() {}

    /** What {@code spec} names goes over {@code base}. */
    static QueueOptions merge(QueueOptions base, QueueSpec spec) {
        return new QueueOptions(
                or(spec.maxMessages(), base.maxMessages()),
                or(spec.maxBytes(), base.maxBytes()),
                or(spec.overflow(), base.overflow()),
                or(spec.maxDeliveries(), base.maxDeliveries()),
                or(spec.deadLetterQueue(), base.deadLetterQueue()),
                or(spec.ttlMs(), base.defaultTtlMs()),
                or(spec.orderByKey(), base.orderByKey()),
                or(spec.redeliveryDelayMs(), base.redeliveryDelayMs()),
                or(spec.maxRedeliveryDelayMs(), base.maxRedeliveryDelayMs()));
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    static @Nullable Refused check(Group group, Queue queue, String field) {
        QueueOptions options = queue.options();
        String target = options.deadLetterQueue();
        String name = group.name() + "/" + queue.name();
        if (target.equals(queue.name())) {
            return Refused.invalid(field + "deadLetterQueue", "queue " + name + " cannot be its own dead-letter queue");
        }
        if (!target.isEmpty() && !group.queues().containsKey(target)) {
            return Refused.invalid(
                    field + "deadLetterQueue",
                    "group '" + group.name() + "' has no queue '" + target + "': make it first or in the same request");
        }
        if (options.overflow() == OverflowPolicy.DEAD_LETTER && target.isEmpty()) {
            return Refused.invalid(
                    field + "overflow", "overflow 'dead-letter' of queue " + name + " needs a deadLetterQueue");
        }
        if (options.maxRedeliveryDelayMs() < options.redeliveryDelayMs()) {
            return Refused.invalid(
                    field + "maxRedeliveryDelayMs",
                    "maxRedeliveryDelayMs (" + options.maxRedeliveryDelayMs() + ") of queue " + name
                            + " must be at least redeliveryDelayMs (" + options.redeliveryDelayMs() + ")");
        }
        return null;
    }
}
