package io.sluice.tenantmanager.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a command. */
public sealed interface ControlResult {
    /**
     * It was done (or, in a preview, would be).
     *
     * @param created whether the thing that it named did not exist before
     * @param tenant the tenant afterwards, null where it concerns none or removed it
     * @param createdKeys names of the keys that it made
     * @param changes what it changed; empty when everything was as asked already
     * @param tasks what data shards must confirm before it is in force everywhere, those of earlier commands on the same groups included
     * @param index control index of the command, 0 in a preview
     */
    record Done(
            boolean created,
            @Nullable Tenant tenant,
            List<String> createdKeys,
            List<Change> changes,
            List<Long> tasks,
            long index)
            implements ControlResult {}

    /**
     * It was refused and changed nothing.
     *
     * @param field where in the request, or empty
     * @param message what is wrong and what to do about it
     */
    record Refused(Reason reason, String field, String message) implements ControlResult {
        static Refused invalid(String field, String message) {
            return new Refused(Reason.INVALID, field, message);
        }

        static Refused notFound(String message) {
            return new Refused(Reason.NOT_FOUND, "", message);
        }

        static Refused conflict(String field, String message) {
            return new Refused(Reason.CONFLICT, field, message);
        }

        static Refused quota(String field, String message) {
            return new Refused(Reason.QUOTA_EXCEEDED, field, message);
        }
    }

    /** One difference; values as text, empty where there was or will be nothing. */
    record Change(String op, String what, String from, String to) {
        static Change create(String what) {
            return new Change("create", what, "", "");
        }

        static Change delete(String what) {
            return new Change("delete", what, "", "");
        }

        static Change update(String what, String from, String to) {
            return new Change("update", what, from, to);
        }
    }

    enum Reason {
        INVALID,
        NOT_FOUND,
        CONFLICT,
        QUOTA_EXCEEDED
    }
}
