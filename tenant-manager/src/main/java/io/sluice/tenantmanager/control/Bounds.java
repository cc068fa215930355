package io.sluice.tenantmanager.control;

/** Upper bounds of what the control shard holds; none of them can be configured, so that every replica agrees. */
public final class Bounds {
    public static final int TENANTS = 100_000;
    public static final int PLANS = 1_000;
    public static final int KEYS_PER_TENANT = 64;
    public static final int PERMISSIONS_PER_KEY = 64;
    public static final int GROUPS_PER_TENANT = 1_000;
    public static final int QUEUES_PER_TENANT = 10_000;
    /** Groups and queues together that one command may name; ids of one command have 16 bits. */
    public static final int DEFINITIONS_PER_COMMAND = 10_000;

    public static final int AUDIT_RECORDS = 10_000;
    public static final int AUDIT_TEXT_CHARS = 500;
    public static final int MAX_WEIGHT = 100;
    /** Bucket4j refuses more than one token a nanosecond. */
    public static final long MAX_RATE_PER_SECOND = 1_000_000_000L;

    public static final long MAX_BURST = 10_000_000_000L;

    private Bounds() {}
}
