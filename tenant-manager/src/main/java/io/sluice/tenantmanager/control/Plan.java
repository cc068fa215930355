package io.sluice.tenantmanager.control;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A named set of limits that tenants share. */
public record Plan(String name, LimitSettings limits) {
    /** The plan of a tenant that names none. */
    public static final String DEFAULT = "standard";

    private static final long MB = 1_000_000;

    /** The plans every control shard starts with; part of the machine's behaviour, so a change of them is a new machine version. */
    static List<Plan> predefined() {
        return List.of(
                new Plan("free", free()), new Plan(DEFAULT, standard()), new Plan("unlimited", LimitSettings.NONE));
    }

    private static LimitSettings free() {
        return new LimitSettings(
                new TreeMap<>(Map.of(
                        LimitName.PUBLISH_MESSAGES, new Amount(100, 200),
                        LimitName.PUBLISH_BYTES, Amount.rate(MB),
                        LimitName.DELIVER_MESSAGES, new Amount(200, 400),
                        LimitName.DELIVER_BYTES, Amount.rate(2 * MB),
                        LimitName.CONNECTIONS, Amount.quota(10),
                        LimitName.QUEUES, Amount.quota(10),
                        LimitName.GROUPS, Amount.quota(2),
                        LimitName.STORAGE_BYTES, Amount.quota(100 * MB),
                        LimitName.MESSAGE_BYTES, Amount.quota(262_144),
                        LimitName.UNACKED_MESSAGES, Amount.quota(1_000))),
                null);
    }

    private static LimitSettings standard() {
        return new LimitSettings(
                new TreeMap<>(Map.of(
                        LimitName.PUBLISH_MESSAGES, new Amount(5_000, 10_000),
                        LimitName.PUBLISH_BYTES, Amount.rate(20 * MB),
                        LimitName.DELIVER_MESSAGES, new Amount(10_000, 20_000),
                        LimitName.DELIVER_BYTES, Amount.rate(40 * MB),
                        LimitName.CONNECTIONS, Amount.quota(1_000),
                        LimitName.QUEUES, Amount.quota(1_000),
                        LimitName.GROUPS, Amount.quota(50),
                        LimitName.STORAGE_BYTES, Amount.quota(10_000 * MB),
                        LimitName.MESSAGE_BYTES, Amount.quota(1_048_576),
                        LimitName.UNACKED_MESSAGES, Amount.quota(100_000))),
                null);
    }
}
