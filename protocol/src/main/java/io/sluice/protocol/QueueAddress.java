package io.sluice.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Where a queue is inside its tenant: {@code group/queue}.
 *
 * <p><em>Invariants:</em> both names keep the rule of {@link Names}.
 */
public record QueueAddress(String group, String queue) {
    public QueueAddress {
        if (!Names.isValid(group) || !Names.isValid(queue)) {
            throw new IllegalArgumentException(problem(group + "/" + queue));
        }
    }

    /** The address, or null where the text is none; {@link #problem} says why. */
    public static @Nullable QueueAddress parse(String text) {
        return problem(text) == null ? of(text) : null;
    }

    /** @throws IllegalArgumentException where the text is no address */
    public static QueueAddress of(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(problem(text));
        }
        return new QueueAddress(text.substring(0, slash), text.substring(slash + 1));
    }

    /** What is wrong with a text, for people, or null. */
    public static @Nullable String problem(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return "queue address \"" + text.substring(0, Math.min(text.length(), 130))
                    + "\" has no group: it must be group/queue";
        }
        String group = Names.problem("group name", text.substring(0, slash));
        return group != null ? group : Names.problem("queue name", text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return group + "/" + queue;
    }
}
