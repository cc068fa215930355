package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.Commands;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Takes what producers of one group send: each sequence once, in order, or refuses it with a reason. */
final class Publisher {
    private final GroupContext context;
    private final Queues queues;
    private final Producers producers;

    Publisher(GroupContext context, Queues queues, Producers producers) {
        this.context = context;
        this.queues = queues;
        this.producers = producers;
    }

    /** New messages for one queue; {@code queue} is null where there is none. */
    private record Part(@Nullable WorkQueue queue, int count, List<Draft> drafts) {}

    /** @param area where the messages are @param firstOrdinal of the first of them within the entry */
    void publish(CommandReader command, MessageArea area, int firstOrdinal) {
        if (area.count() == 0) {
            throw new MalformedCommandException("messages of a PUBLISH do not add up");
        }
        ClientKey client = new ClientKey(command.origin(), command.sender());
        int epoch = command.i32();
        long first = command.i64();
        long last = first + command.i32() - 1;
        checkSequences(first, last);
        Producer producer = admit(client, command.type(), epoch, first, last);
        if (producer == null) {
            return;
        }
        int known = (int) Math.min(last - first + 1, Math.max(0, producer.lastSequence() - first + 1));
        MessageScanner scanner = new MessageScanner(command.entry(), area, firstOrdinal, context);
        List<Part> parts = parts(command, scanner, known);
        repeat(client, producer, first, first + known - 1);
        if (first + known <= last) {
            Outcomes outcomes = new Outcomes(context, client, producer, first + known);
            if ((command.flags() & Commands.ATOMIC) == 0 || canTakeAll(parts, outcomes)) {
                take(parts, command, outcomes);
            }
            outcomes.finish();
        }
    }

    void skip(CommandReader command) {
        ClientKey client = new ClientKey(command.origin(), command.sender());
        int epoch = command.i32();
        long first = command.i64();
        long last = command.i64();
        ErrorCode code = ErrorCode.ofWire(command.u8());
        String message = command.string();
        command.end();
        checkSequences(first, last);
        Producer producer = admit(client, command.type(), epoch, first, last);
        if (producer != null) {
            long known = Math.min(last, producer.lastSequence());
            repeat(client, producer, first, known);
            if (known < last) {
                long from = Math.max(first, known + 1);
                Outcomes outcomes = new Outcomes(context, client, producer, from);
                outcomes.reject(last - from + 1, code, message);
                outcomes.finish();
            }
        }
    }

    private static void checkSequences(long first, long last) {
        if (first < 1 || last < first) {
            throw new MalformedCommandException("sequences " + first + " to " + last);
        }
    }

    /** The producer if it may go on here; else it is told why not. */
    private @Nullable Producer admit(ClientKey client, CommandType type, int epoch, long first, long last) {
        Producer producer = producers.find(client);
        if (producer == null) {
            // Not a reject of these sequences: some may be stored already, under an owner that was given up since.
            String closed = "the producer is not open here, or was idle too long: open it";
            context.emit(client, new Effect.Failed(client.sender(), type, ErrorCode.NOT_FOUND, closed));
        } else if (!client.equals(producer.owner()) || producer.epoch() != epoch) {
            // No reject either: under the other epoch these sequences may be stored.
            context.emit(client, new Effect.ProducerFenced(client.sender(), producer.epoch()));
        } else if (first > producer.lastSequence() + 1) {
            String gap = "sequence " + first + " came where " + (producer.lastSequence() + 1) + " is due";
            refuse(client, first, last, ErrorCode.OUT_OF_SEQUENCE, gap);
        } else {
            return producer;
        }
        return null;
    }

    /** Refused without using the sequences up. */
    private void refuse(ClientKey client, long first, long last, ErrorCode code, String message) {
        context.emit(client, new Effect.Rejected(client.sender(), first, last, code, message));
    }

    /** Tells again what became of sequences that have an outcome. */
    private void repeat(ClientKey client, Producer producer, long first, long last) {
        long next = first;
        long floor = Math.min(last, producer.outcomeFloor());
        if (next <= floor) {
            String forgotten = "sent before; the outcome is no longer recorded";
            refuse(client, next, floor, ErrorCode.OUT_OF_SEQUENCE, forgotten);
            next = floor + 1;
        }
        for (Producer.Range range : producer.rejected()) {
            if (range.last() < next || range.first() > last) {
                continue;
            }
            long from = Math.max(next, range.first());
            long to = Math.min(last, range.last());
            confirmAgain(client, next, from - 1);
            context.emit(client, Producers.duplicate(client, from, to, range.code()));
            next = to + 1;
        }
        confirmAgain(client, next, last);
    }

    private void confirmAgain(ClientKey client, long first, long last) {
        if (first <= last) {
            context.emit(client, new Effect.Confirmed(client.sender(), first, last));
        }
    }

    /** Reads all sections before anything is changed. @param known messages at the start that have an outcome already */
    private List<Part> parts(CommandReader command, MessageScanner scanner, int known) {
        int skip = known;
        int sections = command.u16();
        List<Part> parts = new ArrayList<>(sections);
        for (int i = 0; i < sections; i++) {
            WorkQueue queue = queues.find(command.i64());
            int count = command.i32();
            command.i32();
            int flags = command.u8();
            int skipHere = Math.min(skip, count);
            scanner.skip(skipHere);
            skip -= skipHere;
            int fresh = count - skipHere;
            if (queue == null) {
                scanner.skip(fresh);
            }
            if (fresh > 0) {
                List<Draft> drafts = queue == null ? List.of() : scanner.read(fresh, flags, queue.definition());
                parts.add(new Part(queue, fresh, drafts));
            }
        }
        return parts;
    }

    /** Whether every part fits; if not, all are rejected. */
    private boolean canTakeAll(List<Part> parts, Outcomes outcomes) {
        TreeMap<Long, long[]> totals = new TreeMap<>();
        int count = 0;
        for (Part part : parts) {
            count += part.count();
            if (part.queue() != null) {
                long[] total = totals.computeIfAbsent(part.queue().definition().queueId(), id -> new long[2]);
                total[0] += part.count();
                for (Draft draft : part.drafts()) {
                    total[1] += draft.run().bytes();
                }
            }
        }
        for (Part part : parts) {
            if (part.queue() == null) {
                outcomes.reject(count, ErrorCode.NOT_FOUND, NO_QUEUE);
                return false;
            }
            long[] total = totals.get(part.queue().definition().queueId());
            if (total != null && !part.queue().canTake(total[0], total[1])) {
                outcomes.reject(count, ErrorCode.QUOTA_EXCEEDED, full(part.queue()));
                return false;
            }
        }
        return true;
    }

    private void take(List<Part> parts, CommandReader command, Outcomes outcomes) {
        for (Part part : parts) {
            if (part.queue() == null) {
                outcomes.reject(part.count(), ErrorCode.NOT_FOUND, NO_QUEUE);
                continue;
            }
            int taken = part.queue().offer(part.drafts(), command.entry());
            outcomes.confirm(taken);
            if (taken < part.count()) {
                outcomes.reject(part.count() - taken, ErrorCode.QUOTA_EXCEEDED, full(part.queue()));
            }
            queues.touch(part.queue());
        }
    }

    private static final String NO_QUEUE = "the queue does not exist";

    private static String full(WorkQueue queue) {
        QueueDefinition definition = queue.definition();
        return "queue " + definition.name() + " is full: maxMessages " + definition.maxMessages() + ", maxBytes "
                + definition.maxBytes() + " (0 for none); consume, or raise the bound";
    }
}
