package io.sluice.gateway.session;

import io.sluice.protocol.frame.Deliver;
import io.sluice.queuegroups.api.ShardEvent.Delivered;
import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.api.TenantView;
import io.sluice.tenantmanager.api.Verdict;
import java.util.ArrayDeque;

/**
 * Deliveries on their way to one consumer's client: held while the client does not read or its tenant is over a rate, bounded by the consumer's prefetch.
 *
 * <p><em>Invariants:</em> tags leave in ascending order, each once. <em>Confined to:</em> one event loop.
 */
final class Deliveries {
    private final SessionScope scope;
    private final Runnable pump = this::pump;
    private final ArrayDeque<Delivered> held = new ArrayDeque<>();
    private int handle;
    private long receivedTag;
    private long sentTag;

    Deliveries(SessionScope scope) {
        this.scope = scope;
    }

    /** The client has everything up to this tag from an earlier connection. */
    void startAfter(long tag) {
        receivedTag = tag;
        sentTag = tag;
    }

    void open(int consumerHandle) {
        handle = consumerHandle;
    }

    /** Highest tag that the client was sent. */
    long sentTag() {
        return sentTag;
    }

    int heldCount() {
        return held.size();
    }

    /** Highest tag below which nothing is missing. */
    long receivedTag() {
        return receivedTag;
    }

    /** A delivery of the current epoch; what came before is dropped. Answers whether it was refused because one before it is missing. */
    boolean misses(Delivered delivered) {
        if (delivered.previousTag() > receivedTag) {
            return true;
        }
        add(delivered);
        return false;
    }

    private void add(Delivered delivered) {
        long last = delivered.firstTag() + delivered.count() - 1;
        if (last <= receivedTag) {
            return;
        }
        held.addLast(delivered.firstTag() <= receivedTag ? Runs.from(delivered, receivedTag + 1) : delivered);
        receivedTag = last;
        pump();
    }

    /** Sends what may go now. */
    void pump() {
        while (!held.isEmpty() && scope.link.writable()) {
            if (scope.flow.deliverPace.paused()) {
                scope.flow.deliverPace.await(pump);
                return;
            }
            sendNext();
        }
    }

    private void sendNext() {
        Delivered next = held.removeFirst();
        int most = atOnce(next);
        if (next.count() > most) {
            held.addFirst(Runs.from(next, next.firstTag() + most));
            next = Runs.until(next, next.firstTag() + most);
        }
        int bytes = next.messages().remaining();
        Verdict verdict = scope.flow.gate.takeDeliver(next.count(), bytes);
        if (verdict instanceof Verdict.Paced paced) {
            scope.flow.deliverPace.pause(paced.waitNs());
            scope.tellDeliverThrottled(paced.limit(), paced.tokensLeft());
        }
        sentTag = next.firstTag() + next.count() - 1;
        scope.link.send(new Deliver(
                handle, next.firstTag(), next.count(), next.deliveryCount(), next.timestampMs(), next.messages()));
    }

    /** Of a tenant with a rate not all at once what its prefetch allows, or it would wait long for the next: what it may have in 50 ms. */
    private int atOnce(Delivered run) {
        TenantView view = scope.loop.directory().tenant(scope.principal.tenantId());
        if (view == null) {
            return run.count();
        }
        Limits.Rate messages = view.limits().deliverMessages();
        Limits.Rate bytes = view.limits().deliverBytes();
        long most = messages == null ? run.count() : messages.perSecond() / 20;
        if (bytes != null) {
            most = Math.min(
                    most,
                    bytes.perSecond()
                            / 20
                            * run.count()
                            / Math.max(1, run.messages().remaining()));
        }
        return (int) Math.max(1, Math.min(run.count(), most));
    }

    void close() {
        held.clear();
        scope.flow.deliverPace.forget(pump);
    }
}
