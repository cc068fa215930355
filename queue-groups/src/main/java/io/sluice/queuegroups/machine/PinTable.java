package io.sluice.queuegroups.machine;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many live messages and bytes lie in each block of log indexes. Derived from the runs, so it is not part of a snapshot.
 *
 * <p><em>Invariants:</em> a block with a live message is never reported as empty.
 */
final class PinTable {
    private static final int BLOCK_SHIFT = 4;
    private static final int PAGE_BLOCKS = 64;
    private static final int PAGE_SHIFT = BLOCK_SHIFT + 6;

    private final TreeMap<Long, Page> pages = new TreeMap<>();
    private @Nullable Page recent;

    private static final class Page {
        final long number;
        final int[] messages = new int[PAGE_BLOCKS];
        final long[] bytes = new long[PAGE_BLOCKS];
        long total;

        Page(long number) {
            this.number = number;
        }
    }

    void pin(Run run) {
        Page page = page(run.index() >> PAGE_SHIFT);
        int block = block(run.index());
        page.messages[block] += run.count();
        page.bytes[block] += run.bytes();
        page.total += run.count();
    }

    void unpin(Run run) {
        Page page = page(run.index() >> PAGE_SHIFT);
        int block = block(run.index());
        page.messages[block] -= run.count();
        page.bytes[block] -= run.bytes();
        page.total -= run.count();
        if (page.total == 0) {
            pages.remove(page.number);
            recent = null;
        }
    }

    private static int block(long index) {
        return (int) (index >> BLOCK_SHIFT) & (PAGE_BLOCKS - 1);
    }

    private Page page(long number) {
        Page page = recent;
        if (page == null || page.number != number) {
            page = pages.computeIfAbsent(number, Page::new);
            recent = page;
        }
        return page;
    }

    /** Bytes of the blocks that the range touches, at least 1 for each live message. */
    long liveBytes(long firstIndex, long lastIndex) {
        long live = 0;
        long firstBlock = firstIndex >> BLOCK_SHIFT;
        long lastBlock = lastIndex >> BLOCK_SHIFT;
        for (Page page : pages.subMap(firstIndex >> PAGE_SHIFT, true, lastIndex >> PAGE_SHIFT, true)
                .values()) {
            for (int i = 0; i < PAGE_BLOCKS; i++) {
                long block = page.number * PAGE_BLOCKS + i;
                if (block >= firstBlock && block <= lastBlock) {
                    live += Math.max(page.messages[i], page.bytes[i]);
                }
            }
        }
        return live;
    }

    /** @throws IllegalStateException when the tables differ */
    void verifySame(PinTable expected) {
        if (pages.size() != expected.pages.size()) {
            throw new IllegalStateException("pins: " + pages.size() + " pages, " + expected.pages.size() + " expected");
        }
        for (Map.Entry<Long, Page> entry : expected.pages.entrySet()) {
            Page page = pages.get(entry.getKey());
            if (page == null
                    || !Arrays.equals(page.messages, entry.getValue().messages)
                    || !Arrays.equals(page.bytes, entry.getValue().bytes)) {
                throw new IllegalStateException("pins of page " + entry.getKey() + " are wrong");
            }
        }
    }
}
