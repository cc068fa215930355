package io.sluice.tenantmanager.control;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of limits.
 *
 * @param replace limits that are not named are removed (they fall back to the plan)
 * @param set new values
 * @param remove limits that fall back to the plan
 * @param rejectOverRate null to leave it
 */
public record LimitPatch(
        boolean replace,
        Map<LimitName, Amount> set,
        List<LimitName> remove,
        @Nullable Boolean rejectOverRate) {
    public static final LimitPatch NOTHING = new LimitPatch(false, Map.of(), List.of(), null);
}
