package io.sluice.queuegroups.machine;

import io.sluice.queuegroups.api.Commands.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The new place of messages that were appended again: says for each run what refers to the same messages now. */
final class Relocation implements RunDeque.Rewriter {
    private final long newIndex;
    private final Ledger ledger;
    private final List<Move> moves;
    private final int[] newOrdinals;

    /** @param moves sorted by index and ordinal, none overlapping @param firstOrdinal of the first moved message in its new entry */
    Relocation(long newIndex, int firstOrdinal, List<Move> moves, Ledger ledger) {
        this.newIndex = newIndex;
        this.ledger = ledger;
        this.moves = moves;
        this.newOrdinals = new int[moves.size()];
        int ordinal = firstOrdinal;
        for (int i = 0; i < newOrdinals.length; i++) {
            newOrdinals[i] = ordinal;
            ordinal += moves.get(i).count();
        }
    }

    /** @throws MalformedCommandException when the moves are not sorted or name this entry or a later one */
    static List<Move> readMoves(CommandReader in, long newIndex) {
        List<Move> moves = new ArrayList<>();
        Move last = new Move(-1, 0, 0);
        for (int left = in.i32(); left > 0; left--) {
            Move move = new Move(in.i64(), in.i32(), in.i32());
            boolean sorted = move.index() > last.index()
                    || move.index() == last.index() && move.firstOrdinal() >= last.firstOrdinal() + last.count();
            if (!sorted || move.firstOrdinal() < 0 || move.index() >= newIndex) {
                throw new MalformedCommandException("moves are not sorted");
            }
            moves.add(move);
            last = move;
        }
        return moves;
    }

    boolean concerns(Chunk chunk) {
        return !moves.isEmpty()
                && chunk.maxIndex() >= moves.get(0).index()
                && chunk.minIndex() <= moves.get(moves.size() - 1).index();
    }

    boolean concerns(Run run) {
        return !moves.isEmpty()
                && run.index() >= moves.get(0).index()
                && run.index() <= moves.get(moves.size() - 1).index();
    }

    @Override
    public void rewrite(Run run, Consumer<Run> replacement) {
        Run rest = run;
        for (int i = firstMoveAtOrAfter(run); i < moves.size() && rest != null; i++) {
            Move move = moves.get(i);
            if (move.index() != run.index() || move.firstOrdinal() >= rest.ordinal() + rest.count()) {
                break;
            }
            int before = Math.max(0, move.firstOrdinal() - rest.ordinal());
            if (before > 0) {
                replacement.accept(rest.first(before));
                rest = rest.after(before);
            }
            int offset = rest.ordinal() - move.firstOrdinal();
            int count = Math.min(rest.count(), move.count() - offset);
            if (count > 0) {
                replacement.accept(moved(rest.first(count), newOrdinals[i] + offset));
                rest = count < rest.count() ? rest.after(count) : null;
            }
        }
        if (rest != null) {
            replacement.accept(rest);
        }
    }

    private Run moved(Run run, int ordinal) {
        Run stored = run.storedAt(newIndex, ordinal);
        ledger.hold(stored);
        ledger.release(run);
        return stored;
    }

    /** Index of the first move that ends behind the run's first message. */
    private int firstMoveAtOrAfter(Run run) {
        int low = 0;
        int high = moves.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            Move move = moves.get(middle);
            boolean behind = move.index() < run.index()
                    || move.index() == run.index() && move.firstOrdinal() + move.count() <= run.ordinal();
            if (behind) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
