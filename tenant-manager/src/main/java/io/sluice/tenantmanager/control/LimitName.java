package io.sluice.tenantmanager.control;

import org.jspecify.annotations.Nullable;

/** Every limit a tenant can have. The constants' names are in the control log and its snapshots: never rename one. */
public enum LimitName {
    PUBLISH_MESSAGES("publish.messagesPerSecond", true),
    PUBLISH_BYTES("publish.bytesPerSecond", true),
    DELIVER_MESSAGES("deliver.messagesPerSecond", true),
    DELIVER_BYTES("deliver.bytesPerSecond", true),
    CONNECTIONS("connections", false),
    QUEUES("queues", false),
    GROUPS("groups", false),
    STORAGE_BYTES("storageBytes", false),
    MESSAGE_BYTES("messageBytes", false),
    UNACKED_MESSAGES("unackedMessages", false);

    private final String label;
    private final boolean rate;

    LimitName(String label, boolean rate) {
        this.label = label;
        this.rate = rate;
    }

    /** The name outsiders see. */
    public String label() {
        return label;
    }

    /** Whether it is an amount per second with a burst, else a quota. */
    public boolean isRate() {
        return rate;
    }

    /** The limit with that public name, or null. */
    public static @Nullable LimitName ofLabel(String label) {
        for (LimitName name : values()) {
            if (name.label.equals(label)) {
                return name;
            }
        }
        return null;
    }
}
