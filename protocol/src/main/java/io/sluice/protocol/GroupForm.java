package io.sluice.protocol;

import java.util.Locale;

/** The form of a queue group: the policy by which its messages are offered and released. */
public enum GroupForm {
    /** Competing consumers share one queue; a message is released when acked, expired or dead-lettered. */
    WORK(1);

    private final int wire;

    GroupForm(int wire) {
        this.wire = wire;
    }

    /** The number that stands for this form in the log, never reused. */
    public int wire() {
        return wire;
    }

    /** The name used in the REST interface, for example {@code work}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException for a number this release does not know */
    public static GroupForm ofWire(int wire) {
        for (GroupForm form : values()) {
            if (form.wire == wire) {
                return form;
            }
        }
        throw new IllegalArgumentException("unknown queue group form " + wire);
    }
}
