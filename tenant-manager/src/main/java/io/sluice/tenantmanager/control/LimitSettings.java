package io.sluice.tenantmanager.control;

import io.sluice.tenantmanager.api.Limits;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Limits as a plan or a tenant sets them: what is not named is left to the plan, or unlimited in a plan.
 *
 * @param rejectOverRate whether a publish over a rate is rejected instead of paced; null where not set
 */
public record LimitSettings(
        SortedMap<LimitName, Amount> amounts, @Nullable Boolean rejectOverRate) {
    public static final LimitSettings NONE = new LimitSettings(new TreeMap<>(), null);

    public LimitSettings {
        amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
    }

    /** These settings with what {@code over} sets laid on top. */
    public LimitSettings with(LimitSettings over) {
        TreeMap<LimitName, Amount> merged = new TreeMap<>(amounts);
        merged.putAll(over.amounts);
        return new LimitSettings(merged, over.rejectOverRate != null ? over.rejectOverRate : rejectOverRate);
    }

    /** These settings after a patch. */
    public LimitSettings patched(LimitPatch patch) {
        TreeMap<LimitName, Amount> merged = patch.replace() ? new TreeMap<>() : new TreeMap<>(amounts);
        merged.putAll(patch.set());
        patch.remove().forEach(merged::remove);
        Boolean reject = patch.rejectOverRate() != null ? patch.rejectOverRate() : rejectOverRate;
        return new LimitSettings(merged, reject);
    }

    /** The value of a quota, -1 where it is not limited. */
    public long quota(LimitName name) {
        Amount amount = amounts.get(name);
        return amount == null ? -1 : amount.value();
    }

    /** The form admission works with. */
    public Limits toLimits() {
        return new Limits(
                rateOf(LimitName.PUBLISH_MESSAGES),
                rateOf(LimitName.PUBLISH_BYTES),
                rateOf(LimitName.DELIVER_MESSAGES),
                rateOf(LimitName.DELIVER_BYTES),
                quota(LimitName.CONNECTIONS),
                quota(LimitName.QUEUES),
                quota(LimitName.GROUPS),
                quota(LimitName.STORAGE_BYTES),
                quota(LimitName.MESSAGE_BYTES),
                quota(LimitName.UNACKED_MESSAGES),
                Boolean.TRUE.equals(rejectOverRate));
    }

    private Limits.@Nullable Rate rateOf(LimitName name) {
        Amount amount = amounts.get(name);
        return amount == null || amount.unlimited() ? null : new Limits.Rate(amount.value(), amount.burst());
    }
}
