package io.sluice.gateway.json;

import io.sluice.gateway.spi.ClientConnection;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.Publish;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.Reject;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A producer that publishes for a JSON client, and keeps to the publish credit in its stead: what may not go yet is held, in order.
 *
 * <p>A client that names its producer numbers its publishes itself. A number that has its outcome from an earlier connection gets that outcome again; any
 * other must be the next. <em>Confined to:</em> the connection's event loop.
 */
final class JsonPublisher {
    private final JsonPublishers owner;
    private final ClientConnection connection;
    private final JsonPublishers.Answers answers;
    private final ArrayDeque<JsonPublish> held = new ArrayDeque<>();
    private final Long2ObjectOpenHashMap<JsonPublish> unconfirmed = new Long2ObjectOpenHashMap<>();
    private final List<Reject> rejectedBefore = new ArrayList<>();
    private boolean open;
    private boolean pumpScheduled;
    private int handle;
    private long openedAfter;
    private long nextSequence;
    private long sentBytes;
    private long limitBytes;

    JsonPublisher(JsonPublishers owner, ClientConnection connection, JsonPublishers.Answers answers) {
        this.owner = owner;
        this.connection = connection;
        this.answers = answers;
    }

    void submit(JsonPublish publish) {
        boolean now = open && held.isEmpty() && !pumpScheduled;
        if (now && mayGo(publish)) {
            send(publish);
        } else if (open && publish.reject() || !owner.hold(publish)) {
            answers.reject(
                    publish.id(), ErrorCode.THROTTLED, "the tenant is over its publish rate", owner.retryAfterMs());
        } else {
            held.addLast(publish);
        }
    }

    private boolean mayGo(JsonPublish publish) {
        return sentBytes + publish.bytes() <= limitBytes || unconfirmed.isEmpty() && sentBytes < limitBytes;
    }

    void opened(ProducerOpened opened) {
        open = true;
        handle = opened.handle();
        openedAfter = opened.lastSequence();
        nextSequence = openedAfter + 1;
        limitBytes = opened.creditLimit();
        // Rejects of an earlier connection follow; they decide about numbers sent again.
        pumpLater();
    }

    void credit(long newLimitBytes) {
        limitBytes = newLimitBytes;
        pumpLater();
    }

    private void pumpLater() {
        if (!pumpScheduled && open && !held.isEmpty()) {
            pumpScheduled = true;
            answers.atEndOfTurn(this::pump);
        }
    }

    private void pump() {
        pumpScheduled = false;
        while (open && !held.isEmpty() && mayGo(held.peekFirst())) {
            JsonPublish publish = held.removeFirst();
            owner.released(publish);
            send(publish);
        }
    }

    private void send(JsonPublish publish) {
        long sequence = publish.sequence() == 0 ? nextSequence : publish.sequence();
        if (sequence <= openedAfter) {
            answerAgain(publish, sequence);
        } else if (sequence != nextSequence) {
            String message = "expected seq " + nextSequence + ", got " + sequence;
            answers.reject(publish.id(), ErrorCode.OUT_OF_SEQUENCE, message, 0);
        } else {
            nextSequence++;
            sentBytes += publish.bytes();
            unconfirmed.put(sequence, publish);
            int flags = publish.reject() ? Publish.REJECT_OVER_RATE : 0;
            Publish.Section section = new Publish.Section(publish.queue(), 1, publish.bytes());
            connection.accept(new Publish(handle, flags, sequence, List.of(section), publish.message()));
        }
    }

    private void answerAgain(JsonPublish publish, long sequence) {
        Reject reject = before(sequence);
        if (reject == null) {
            answers.confirm(publish.id());
        } else {
            answers.reject(publish.id(), reject.code(), reject.message(), reject.retryAfterMs());
        }
    }

    private @Nullable Reject before(long sequence) {
        for (Reject reject : rejectedBefore) {
            if (reject.firstSequence() <= sequence && sequence <= reject.lastSequence()) {
                return reject;
            }
        }
        return null;
    }

    void confirmed(Ranges sequences) {
        for (int i = 0; i < sequences.count(); i++) {
            for (long sequence = sequences.first(i); sequence <= sequences.last(i); sequence++) {
                JsonPublish publish = unconfirmed.remove(sequence);
                if (publish != null) {
                    answers.confirm(publish.id());
                }
            }
        }
        pumpLater();
    }

    void rejected(Reject reject) {
        if (reject.lastSequence() <= openedAfter) {
            rejectedBefore.add(reject);
            return;
        }
        for (long sequence = reject.firstSequence(); sequence <= reject.lastSequence(); sequence++) {
            JsonPublish publish = unconfirmed.remove(sequence);
            if (publish != null) {
                answers.reject(publish.id(), reject.code(), reject.message(), reject.retryAfterMs());
            }
        }
        pumpLater();
    }

    /** The producer is gone, or never was: everything that has no outcome is rejected. */
    void closed(ErrorCode code, String message) {
        open = false;
        unconfirmed.values().forEach(publish -> answers.reject(publish.id(), code, message, 0));
        unconfirmed.clear();
        for (JsonPublish publish : held) {
            owner.released(publish);
            answers.reject(publish.id(), code, message, 0);
        }
        held.clear();
    }
}
