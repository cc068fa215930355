package io.sluice.benchmark.chaos;

/**
 * Something that a cluster must never show.
 *
 * @param lane the producer and queue concerned, or -1
 * @param number of the message within its lane, or -1
 */
record Violation(Kind kind, int lane, int number, long timeUs, String text) {
    /** What can be wrong with a history. */
    enum Kind {
        LOST("confirmed, and never delivered"),
        DOUBLED("delivered twice without a raised delivery count"),
        REORDERED("out of order within its key or producer"),
        WRONG_TENANT("delivered to a tenant or queue that it was not published to"),
        INVENTED("never published, refused, or with another body than it was published with"),
        CONFIRMED_WITHOUT_MAJORITY("published and confirmed while no majority was there"),
        SECOND_OUTCOME("told two outcomes"),
        STUCK("no progress after everything was healed"),
        BROKEN("the cluster did not do what was asked of it");

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        String meaning() {
            return meaning;
        }
    }

    boolean isAboutAMessage() {
        return lane >= 0 && number >= 0;
    }
}
