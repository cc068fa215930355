package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.GroupForm;
import io.sluice.queuegroups.api.Commands.Move;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One virtual queue group: applies the commands that concern it.
 *
 * <p><em>Invariants:</em> {@link #dueMs} is never later than the next thing that time does here. After an unexpected error the group is quarantined: it changes no
 * more, and what it holds stays pinned. While it is held for a move it does not change either, whatever is asked and however much time passes.
 */
final class GroupMachine {
    private final GroupContext context;
    private final Queues queues;
    private final Producers producers;
    private final Consumers consumers;
    private final Publisher publisher;
    private final Graveyard graveyard;
    private GroupForm form;
    private long controlIndex;
    private String name;
    private int lastEpoch;
    private boolean deleted;
    private boolean held;
    private boolean left;
    private long dueMs = Run.NEVER;
    private long quarantinedIndex;
    private @Nullable Throwable quarantineCause;

    GroupMachine(GroupContext context, GroupForm form, long controlIndex, String name) {
        this.context = context;
        this.form = form;
        this.controlIndex = controlIndex;
        this.name = name;
        this.queues = new Queues(context);
        this.producers = new Producers(context);
        this.consumers = new Consumers(context, queues);
        this.publisher = new Publisher(context, queues, producers);
        this.graveyard = new Graveyard(context.ledger());
    }

    long groupId() {
        return context.groupId();
    }

    long tenantId() {
        return context.tenantId();
    }

    boolean deleted() {
        return deleted;
    }

    /** Whether nothing is left of a deleted group. */
    boolean gone() {
        return deleted && graveyard.isEmpty();
    }

    long dueMs() {
        return isStill() ? Run.NEVER : dueMs;
    }

    /** Whether nothing may change here: it is quarantined or held. */
    boolean isStill() {
        return held || quarantinedIndex != 0;
    }

    boolean held() {
        return held;
    }

    /** Whether it is deleted only here: it went to another shard. */
    boolean left() {
        return left;
    }

    void left(boolean goneElsewhere) {
        left = goneElsewhere;
    }

    /** This, and {@link #left()}, follow from the shard's moves, so they are not part of the group's own state. */
    void held(boolean nowHeld) {
        held = nowHeld;
    }

    Queues queues() {
        return queues;
    }

    Consumers consumers() {
        return consumers;
    }

    Producers producers() {
        return producers;
    }

    void redefine(long newControlIndex, GroupForm newForm, String newName) {
        if (newControlIndex >= controlIndex) {
            controlIndex = newControlIndex;
            form = newForm;
            name = newName;
        }
    }

    /** @param area messages of the command, if it has any @param firstOrdinal of the first of them within the entry */
    void apply(CommandReader command, MessageArea area, int firstOrdinal) {
        switch (command.type()) {
            case PUBLISH -> publisher.publish(command, area, firstOrdinal);
            case SKIP_SEQUENCES -> publisher.skip(command);
            case SETTLE -> consumers.settle(command);
            case SUBSCRIBE -> consumers.subscribe(command, this::nextEpoch);
            case UNSUBSCRIBE -> consumers.unsubscribe(command);
            case SET_PREFETCH -> consumers.setPrefetch(command);
            case DETACH_CONSUMER -> consumers.detach(command);
            case ATTACH_CONSUMER -> consumers.attach(command, this::nextEpoch);
            case OPEN_PRODUCER -> producers.open(client(command), producerName(command), this::nextEpoch);
            case CLOSE_PRODUCER -> producers.close(client(command), (command.flags() & 1) != 0);
            case DEFINE_QUEUE -> queues.define(QueueDefinition.read(command));
            case DELETE_QUEUE -> deleteQueue(command);
            case PURGE_QUEUE -> purgeQueue(command);
            case DELETE_GROUP -> delete(command);
            case RELOCATE -> relocate(command, firstOrdinal);
            default -> throw new MalformedCommandException(command.type() + " is not for a group");
        }
        settleDue();
    }

    /** Epochs of producers and consumers are never used twice in a group. */
    private int nextEpoch() {
        return ++lastEpoch;
    }

    private void settleDue() {
        dueMs = Math.min(dueMs, queues.dispatch());
        dueMs = Math.min(dueMs, Math.min(producers.nextDueMs(), consumers.nextDueMs()));
        dueMs = graveyard.isEmpty() ? dueMs : Math.min(dueMs, context.nowMs());
    }

    private static ClientKey client(CommandReader command) {
        return new ClientKey(command.origin(), command.sender());
    }

    private static String producerName(CommandReader command) {
        String producer = command.string();
        command.end();
        return producer;
    }

    private void deleteQueue(CommandReader command) {
        long index = command.i64();
        long queueId = command.i64();
        command.end();
        WorkQueue queue = queues.remove(queueId, index);
        if (queue != null) {
            queue.close(
                    graveyard,
                    ErrorCode.NOT_FOUND,
                    "queue " + queue.definition().name() + " was deleted");
            consumers.forget(queueId);
        }
    }

    private void purgeQueue(CommandReader command) {
        command.i64();
        WorkQueue queue = queues.find(command.i64());
        command.end();
        if (queue == null) {
            Effect failed = new Effect.Failed(
                    command.sender(), command.type(), ErrorCode.NOT_FOUND, "the queue does not exist");
            context.emit(client(command), failed);
        } else {
            queue.purge(graveyard);
            queues.touch(queue);
        }
    }

    private void delete(CommandReader command) {
        long index = command.i64();
        command.end();
        if (index >= controlIndex) {
            deleted = true;
            for (WorkQueue queue : queues.removeAll()) {
                queue.close(graveyard, ErrorCode.NOT_FOUND, "the queue group was deleted");
                consumers.forget(queue.definition().queueId());
            }
            producers.lose(client -> true);
        }
    }

    private void relocate(CommandReader command, int firstOrdinal) {
        WorkQueue queue = queues.find(command.i64());
        List<Move> moves = Relocation.readMoves(command, context.shard().index());
        if (queue != null) {
            queue.relocate(new Relocation(context.shard().index(), firstOrdinal, moves, context.ledger()));
        }
    }

    /** These clients' gateway is gone. @param graceMs time in which they may take their consumers over from elsewhere */
    void lose(Predicate<ClientKey> lost, long graceMs) {
        producers.lose(lost);
        consumers.lose(lost, graceMs);
        settleDue();
    }

    /** It goes on here after a hold: what was asked meanwhile was dropped, so whoever may have asked is told to ask again. */
    void resume() {
        held = false;
        producers.askAgain();
        consumers.askAgain();
        limitsChanged();
    }

    /** Everything here goes, and nobody is told: the group goes on in another shard. */
    void leave() {
        held = false;
        left = true;
        deleted = true;
        queues.removeAll().forEach(queue -> queue.leave(graveyard));
        consumers.forgetAll();
        producers.lose(client -> true);
        settleDue();
    }

    long heldMessages() {
        return queues.all().stream().mapToLong(WorkQueue::heldMessages).sum();
    }

    long heldBytes() {
        return queues.all().stream().mapToLong(WorkQueue::heldBytes).sum();
    }

    /** Every run that is alive, in an order that follows from the state. */
    void rewriteAll(RunDeque.Rewriter rewriter) {
        queues.all().forEach(queue -> queue.rewriteAll(rewriter));
    }

    void limitsChanged() {
        producers.limitsChanged();
        settleDue();
    }

    /** Lets what is due happen, as far as the budget goes. */
    void tick(WorkBudget budget) {
        graveyard.step(budget);
        consumers.tick(budget);
        producers.tick(budget);
        queues.tick(budget);
        queues.dispatch();
        dueMs = Math.min(queues.nextDueMs(), Math.min(producers.nextDueMs(), consumers.nextDueMs()));
        if (budget.exhausted() || !graveyard.isEmpty()) {
            dueMs = Math.min(dueMs, context.nowMs());
        }
    }

    long quarantinedIndex() {
        return quarantinedIndex;
    }

    @Nullable
    Throwable quarantineCause() {
        return quarantineCause;
    }

    void quarantine(Throwable cause) {
        quarantinedIndex = context.shard().index();
        quarantineCause = cause;
        consumers.announceClosed(ErrorCode.UNAVAILABLE, quarantineNotice());
    }

    String quarantineNotice() {
        return "queue group " + name + " is quarantined after an internal error; an operator must look at it";
    }

    /** Sees every run that pins an entry, with its queue's id (0 for what is only waiting to be released), those of unwanted chunks excepted. */
    void forEachRun(Predicate<Chunk> wanted, RunVisitor visitor) {
        for (WorkQueue queue : queues.all()) {
            long queueId = queue.definition().queueId();
            queue.forEachRun(wanted, run -> visitor.visit(queueId, run));
        }
    }

    void forEachBuried(Consumer<Run> visitor) {
        graveyard.forEach(visitor);
    }

    /** Told of one run at a time. */
    @FunctionalInterface
    interface RunVisitor {
        void visit(long queueId, Run run);
    }

    void verify() {
        queues.all().forEach(WorkQueue::verify);
        producers.verify();
        consumers.verify();
        long due = Math.min(queues.nextDueMs(), Math.min(producers.nextDueMs(), consumers.nextDueMs()));
        Check.that(dueMs <= due, "a group is due at " + due + " but says " + dueMs);
        Check.that(graveyard.isEmpty() || dueMs <= context.nowMs(), "buried messages are never released");
    }

    void write(StateWriter out) {
        writeLiving(out);
        graveyard.write(out);
    }

    /** What another shard needs to go on: all but what is being released. {@link #read} reads it too. */
    void writeImage(StateWriter out) {
        writeLiving(out);
        new Graveyard(context.ledger()).write(out);
    }

    private void writeLiving(StateWriter out) {
        out.u8(form.wire());
        out.varint(controlIndex);
        out.string(name);
        out.i32(lastEpoch);
        out.bool(deleted);
        out.i64(dueMs);
        out.varint(quarantinedIndex);
        queues.write(out);
        producers.write(out);
        consumers.write(out);
    }

    static GroupMachine read(StateReader in, GroupContext context) {
        GroupForm form = GroupForm.ofWire(in.u8());
        GroupMachine group = new GroupMachine(context, form, in.varint(), in.string());
        group.lastEpoch = in.i32();
        group.deleted = in.bool();
        group.dueMs = in.i64();
        group.quarantinedIndex = in.varint();
        group.queues.read(in);
        group.producers.read(in);
        group.consumers.read(in);
        group.graveyard.read(in);
        return group;
    }
}
