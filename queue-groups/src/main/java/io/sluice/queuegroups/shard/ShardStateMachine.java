package io.sluice.queuegroups.shard;

import io.sluice.log.api.LogStateMachine;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.machine.CommandReader;
import io.sluice.queuegroups.machine.Effect;
import io.sluice.queuegroups.machine.Effects;
import io.sluice.queuegroups.machine.MachineLimits;
import io.sluice.queuegroups.machine.ShardMachine;
import io.sluice.queuegroups.machine.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The shard's machine as the log sees it: applies entries and, while this replica leads, hands the effects to the verticles of their groups.
 *
 * <p><em>Invariants:</em> nothing is performed of an entry at which this replica was found to differ from the leader's state; the node ends.
 *
 * <p><em>Confined to:</em> the shard's apply thread, but for what says that any thread may call it.
 */
final class ShardStateMachine implements LogStateMachine {
    private static final String SNAPSHOT_FILE = "machine";

    private final MachineLimits limits;
    private final EffectSink sink;
    private final Leadership leadership;
    private final ConcurrentLinkedQueue<Question> questions = new ConcurrentLinkedQueue<>();
    private ShardMachine machine;
    private Effects effects = Effects.DROP;
    private volatile long nextDueMs = Long.MAX_VALUE;
    private volatile long appliedCount;
    private volatile boolean wantsLimits;
    private volatile long term;
    private volatile LoggedHash loggedHash = LoggedHash.NONE;
    private volatile int machineVersion = 1;
    private volatile boolean diverged;
    private volatile boolean hasMoves;
    private long applied;

    /** What the last STATE_HASH left. @param index its log index, 0 if there was none */
    record LoggedHash(long index, long hash) {
        static final LoggedHash NONE = new LoggedHash(0, 0);
    }

    /** Takes the effects of one entry. */
    interface EffectSink {
        void emit(long groupId, long origin, Effect effect);

        /** The entry is done. */
        void flush();
    }

    /** Told on the apply thread when this replica begins and ceases to lead. */
    interface Leadership {
        void leading(ShardMachine machine);

        void following();
    }

    ShardStateMachine(MachineLimits limits, EffectSink sink, Leadership leadership) {
        this.limits = limits;
        this.sink = sink;
        this.leadership = leadership;
        this.machine = new ShardMachine(limits);
    }

    @Override
    public void apply(long index, ByteBuffer entry) {
        long malformedCount = machine.malformedCount();
        machine.apply(index, entry, effects);
        if (machine.malformedCount() != malformedCount) {
            refuseNewer(index, entry);
        }
        if (machine.divergedIndex() != 0) {
            diverged = true;
            throw new StateDivergedException(machine.divergedIndex());
        }
        publishFigures();
        appliedCount = ++applied;
        flush();
        if (!questions.isEmpty()) {
            answerQuestions();
            flush();
        }
    }

    @Override
    public void onLeading(long newTerm) {
        effects = sink::emit;
        term = newTerm;
        leadership.leading(machine);
    }

    @Override
    public void onFollowing(String leader) {
        effects = Effects.DROP;
        term = 0;
        leadership.following();
    }

    @Override
    public Capture capture() {
        Snapshot snapshot = machine.capture();
        return (directory, pace) -> write(snapshot, directory.resolve(SNAPSHOT_FILE), pace);
    }

    @Override
    public void restore(Path directory) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(directory.resolve(SNAPSHOT_FILE)));
        try {
            machine = ShardMachine.restore(bytes, limits);
        } catch (IllegalArgumentException e) {
            throw new IOException("snapshot " + directory + " cannot be restored: " + e.getMessage(), e);
        }
        publishFigures();
    }

    /** Others did apply what this release cannot read. */
    private static void refuseNewer(long index, ByteBuffer entry) {
        String newer = CommandReader.newerIn(entry);
        if (newer != null) {
            throw new IllegalStateException("entry " + index + ": " + newer + ": upgrade this node");
        }
    }

    private void publishFigures() {
        nextDueMs = machine.nextDueMs();
        wantsLimits = wantsLimits(machine);
        machineVersion = machine.machineVersion();
        hasMoves = machine.hasMoves();
        if (machine.loggedHashIndex() != loggedHash.index()) {
            loggedHash = new LoggedHash(machine.loggedHashIndex(), machine.loggedHash());
        }
    }

    private boolean wantsLimits(ShardMachine of) {
        return of.machineVersion() >= ShardMachine.LIMITS_ARE_STATE
                && !of.limits().equals(limits);
    }

    /** What this node is configured with, to be proposed where it leads and other limits are in force; null where they are. Any thread. */
    @Nullable
    ShardCommand limitsToSet() {
        return wantsLimits ? limits.command() : null;
    }

    @Override
    public LivePins livePins() {
        return machine::liveBytes;
    }

    /** Asks the machine something on the apply thread, after the next entry that is applied. Any thread. */
    void ask(Consumer<ShardMachine> question) {
        questions.add((asked, answers) -> question.accept(asked));
    }

    /** The same for questions whose answers are effects; they are dropped unless this replica leads. */
    void ask(Question question) {
        questions.add(question);
    }

    /** Something that is looked up on the apply thread. */
    interface Question {
        void answer(ShardMachine machine, Effects answers);
    }

    /** Raft term in which this replica leads, 0 while it does not. Any thread. */
    long term() {
        return term;
    }

    /** Whether a question waits for an entry. Any thread. */
    boolean hasQuestions() {
        return !questions.isEmpty();
    }

    /** Machine time from which on a TICK has something to do. Any thread. */
    long nextDueMs() {
        return nextDueMs;
    }

    /** What the last STATE_HASH left here. Any thread. */
    LoggedHash loggedHash() {
        return loggedHash;
    }

    /** Whether this replica was found to differ from the leader's state. Any thread. */
    boolean diverged() {
        return diverged;
    }

    /** Whether a group is on its way here or from here. Any thread. */
    boolean hasMoves() {
        return hasMoves;
    }

    /** Behaviour in force. Any thread. */
    int machineVersion() {
        return machineVersion;
    }

    /** Entries applied since the start. Any thread. */
    long appliedCount() {
        return appliedCount;
    }

    ShardMachine machine() {
        return machine;
    }

    private void flush() {
        if (effects != Effects.DROP) {
            sink.flush();
        }
    }

    private void answerQuestions() {
        for (Question question = questions.poll(); question != null; question = questions.poll()) {
            question.answer(machine, effects);
        }
    }

    private static void write(Snapshot snapshot, Path file, WritePace pace) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (ByteBuffer part : snapshot.parts()) {
                pace.await(part.remaining());
                while (part.hasRemaining()) {
                    channel.write(part);
                }
            }
            channel.force(true);
        }
    }
}
