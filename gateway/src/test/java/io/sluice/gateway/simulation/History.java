package io.sluice.gateway.simulation;

import io.sluice.protocol.ErrorCode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients saw, judged: lost, delivered again without a raised count, out of order by key, to a wrong tenant, redelivered though its consumer lives.
 *
 * <p>Bodies are {@code tenant|queue|producer|sequence|key}, each once.
 */
final class History {
    /** Less than the grace of the nodes, by as much as a gateway's last word may be older than its end. */
    private static final long KEPT_NS = 3_500 * World.MILLI_NS;

    private final World world;
    private final Map<String, Story> stories = new LinkedHashMap<>();
    private final Map<String, Long> lastOfKey = new HashMap<>();
    private int confirmedCount;
    private int deliveredCount;
    private int redeliveredCount;

    /** What became of one message. */
    private static final class Story {
        boolean confirmed;
        boolean rejected;
        boolean acked;
        final Map<Integer, Holder> byCount = new TreeMap<>();
        Holder nackedBy;
        Holder last;
    }

    /** A consumer as the shard knows it: it stays the same when a connection is resumed. */
    static final class Holder {
        final String tenant;
        final String queue;
        private final World world;
        private boolean disturbed;
        private long awaySinceNs = -1;

        private Holder(World world, String tenant, String queue) {
            this.world = world;
            this.tenant = tenant;
            this.queue = queue;
        }

        /** From now on what it holds may go to others: its node was not well, or it came back too late. */
        void disturb() {
            disturbed = true;
        }

        /** Its connection broke; what it holds is kept for a while. */
        void away() {
            if (awaySinceNs < 0) {
                awaySinceNs = world.nowNs();
            }
        }

        void back() {
            awaySinceNs = -1;
        }

        /** Whether what it holds may go to others, by what happened to it. */
        boolean mayLose() {
            return disturbed || awaySinceNs >= 0 && world.nowNs() - awaySinceNs > KEPT_NS;
        }
    }

    History(World world) {
        this.world = world;
    }

    Holder holder(String tenant, String queue) {
        return new Holder(world, tenant, queue);
    }

    void published(String body) {
        stories.put(body, new Story());
    }

    void confirmed(String body) {
        Story story = stories.get(body);
        if (!story.confirmed) {
            story.confirmed = true;
            confirmedCount++;
        }
    }

    void rejected(String body, ErrorCode code) {
        Story story = stories.get(body);
        if (story.confirmed || story.last != null) {
            world.violation("rejected with " + code + " though confirmed or delivered: " + body);
        }
        story.rejected = true;
    }

    void acked(String body) {
        stories.get(body).acked = true;
    }

    void nacked(String body) {
        Story story = stories.get(body);
        story.nackedBy = story.last;
    }

    void delivered(Holder holder, long tag, int count, String body) {
        Story story = stories.get(body);
        String[] parts = body.split("\\|", -1);
        String what = body + " (delivery " + count + ", tag " + tag + ")";
        if (story == null) {
            world.violation("never published: " + what);
            return;
        }
        if (!parts[0].equals(holder.tenant) || !parts[1].equals(holder.queue)) {
            world.violation("delivered to " + holder.tenant + " in " + holder.queue + ": " + what);
        }
        if (story.rejected) {
            world.violation("delivered though rejected: " + what);
        }
        Holder same = story.byCount.put(count, holder);
        if (same != null) {
            world.violation("delivered twice without a raised count: " + what);
        }
        judgeRedelivery(story, count, what);
        judgeOrder(story, parts, what);
        story.last = holder;
        deliveredCount++;
    }

    private void judgeRedelivery(Story story, int count, String what) {
        Holder before = story.byCount.get(count - 1);
        if (count > 1) {
            redeliveredCount++;
            if (before != null && !before.mayLose() && story.nackedBy != before) {
                world.violation("redelivered though its consumer lives and did not give it back: " + what);
            }
        }
    }

    /** First sights of the messages of one key and producer come in the order of publishing. */
    private void judgeOrder(Story story, String[] parts, String what) {
        if (story.last == null && !parts[4].isEmpty()) {
            String key = parts[0] + parts[1] + parts[2] + parts[4];
            long sequence = Long.parseLong(parts[3]);
            Long before = lastOfKey.put(key, sequence);
            if (before != null && before > sequence) {
                world.violation("out of order by key, after " + before + ": " + what);
            }
        }
    }

    /** Whether every confirmed message was acked. */
    boolean drained() {
        return stories.values().stream().allMatch(story -> !story.confirmed || story.acked);
    }

    void judgeEnd() {
        List<String> missing = stories.entrySet().stream()
                .filter(entry -> entry.getValue().confirmed && !entry.getValue().acked)
                .map(entry -> entry.getKey() + (entry.getValue().last == null ? " (never seen)" : " (seen)"))
                .toList();
        if (!missing.isEmpty()) {
            world.violation(missing.size() + " confirmed messages never came or never came back, first "
                    + missing.subList(0, Math.min(5, missing.size())));
        }
    }

    int confirmedCount() {
        return confirmedCount;
    }

    String summary() {
        return stories.size() + " published, " + confirmedCount + " confirmed, " + deliveredCount + " delivered, "
                + redeliveredCount + " of these again";
    }
}
