package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.NodeIdentity;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.bus.LoopReport;
import io.sluice.queuegroups.machine.ShardMachine;
import io.sluice.queuegroups.shard.ConsumerSync.Held;
import io.sluice.queuegroups.shard.GatewayWatch.Lost;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A leader's share in finding what the bus lost: it answers gateways that live, gives up those that don't, and tells consumers' gateways where the log stands.
 *
 * <p><em>Confined to:</em> the shard's context.
 */
final class Recovery {
    private final ShardStateMachine machine;
    private final EventOutbox outbox;
    private final Leader leader;
    private final Clock clock;
    private final Origin self;
    private final GatewayWatch watch;
    private final long resumeGraceMs;
    private final ConsumerSync sync = new ConsumerSync();
    private long lookedCount = -1;
    private boolean looking;

    /** What it needs of the leader. */
    interface Leader {
        boolean leads();

        void propose(Pending pending);

        /** Gets an idle shard to apply an entry, so that a question to the machine is answered. */
        void nudge();
    }

    /** @param nowMs a clock that never jumps @param context runs tasks on the shard's context */
    record Clock(LongSupplier nowMs, Executor context) {}

    /**
     * How long gateways and their clients are waited for.
     *
     * @param lostAfterMs silence after which a gateway is given up
     * @param resumeGraceMs for which a consumer is kept whose connection is lost
     */
    record Patience(long lostAfterMs, long resumeGraceMs) {}

    Recovery(
            ShardStateMachine machine,
            EventOutbox outbox,
            Leader leader,
            Clock clock,
            NodeIdentity node,
            Patience patience) {
        this.machine = machine;
        this.outbox = outbox;
        this.leader = leader;
        this.clock = clock;
        this.self = new Origin(node.number(), node.boot(), 0);
        this.resumeGraceMs = patience.resumeGraceMs();
        this.watch = new GatewayWatch(patience.lostAfterMs(), patience.resumeGraceMs());
    }

    /** This replica leads: every gateway in the state is greeted, told what its consumers have, and expected to speak. */
    void leading() {
        watch.reset(nowMs());
        heard(self);
        machine.ask(now -> {
            long[] origins = now.origins();
            List<Held> held = held(now);
            clock.context().execute(() -> took(origins, held));
        });
        leader.nudge();
    }

    private void took(long[] origins, List<Held> held) {
        if (!leader.leads()) {
            return;
        }
        for (long origin : origins) {
            expect(Origin.unpack(origin));
            outbox.greet(origin);
        }
        giveUpOlderBoots(origins);
        sync.look(held);
        tell(held);
    }

    /** A group came to this shard, or goes on after a hold: gateways that were given up meanwhile are given up once more. */
    void groupsCame() {
        machine.ask(now -> {
            long[] origins = now.origins();
            clock.context().execute(() -> expectAgain(origins));
        });
        leader.nudge();
    }

    private void expectAgain(long[] origins) {
        if (!leader.leads()) {
            return;
        }
        for (long packed : origins) {
            Origin origin = Origin.unpack(packed);
            if (watch.isOutdated(origin)) {
                give(new Lost(origin.node(), origin.boot(), resumeGraceMs), failure -> groupsCame());
            } else {
                watch.expectAgain(origin, nowMs());
            }
        }
        giveUpOlderBoots(origins);
    }

    /** A group may have brought something of a boot after which a newer one had come to this shard already. @param origins sorted */
    private void giveUpOlderBoots(long[] origins) {
        for (int i = 0; i + 1 < origins.length; i++) {
            Origin origin = Origin.unpack(origins[i]);
            Origin next = Origin.unpack(origins[i + 1]);
            if (origin.node() == next.node() && origin.boot() < next.boot()) {
                give(new Lost(origin.node(), origin.boot(), resumeGraceMs), failure -> groupsCame());
            }
        }
    }

    private void expect(Origin origin) {
        if (!watch.isOutdated(origin)) {
            watch.expect(origin, nowMs());
        }
    }

    /** Something came from a gateway's loop. Answers whether it is worth looking at: not from a boot that a newer one follows. */
    boolean heard(Origin origin) {
        if (!leader.leads()) {
            return true;
        }
        if (watch.isOutdated(origin)) {
            return false;
        }
        Lost outdated = watch.heard(origin, nowMs());
        if (outdated != null) {
            give(outdated, failure -> {});
        }
        return true;
    }

    /** A loop lives and may have questions. */
    void report(LoopReport report) {
        if (!heard(Origin.unpack(report.origin())) || !leader.leads()) {
            return;
        }
        if (!report.asks().isEmpty()) {
            machine.ask((now, answers) -> {
                for (ConsumerAsk ask : report.asks()) {
                    now.answer(report.origin(), ask, answers);
                }
            });
            leader.nudge();
        }
        outbox.greet(report.origin());
        outbox.flush();
    }

    /** About every half a second. */
    void tick() {
        if (!leader.leads()) {
            return;
        }
        for (Lost lost : watch.look(nowMs())) {
            give(lost, failure -> watch.notLogged(lost));
        }
        if (machine.appliedCount() == lookedCount) {
            tell(sync.round());
        } else {
            askToLook();
            leader.nudge();
        }
    }

    /** Somebody else gets an entry applied to ask the machine: the same entry answers this too, or each would see the other's as news, for ever. */
    void askToLook() {
        if (!looking && leader.leads()) {
            looking = true;
            machine.ask(this::look);
        }
    }

    /** Apply thread. */
    private void look(ShardMachine now) {
        List<Held> held = held(now);
        long count = machine.appliedCount();
        clock.context().execute(() -> {
            looking = false;
            lookedCount = count;
            sync.look(held);
            if (leader.leads()) {
                tell(sync.round());
            }
        });
    }

    private static List<Held> held(ShardMachine now) {
        List<Held> held = new ArrayList<>();
        now.forEachConsumer((state, origin) -> held.add(new Held(origin, state)));
        return held;
    }

    private void tell(List<Held> held) {
        for (Held each : held) {
            outbox.add(each.origin(), EventMaker.state(each.state()));
        }
        outbox.flush();
    }

    private void give(Lost lost, Consumer<Throwable> notLogged) {
        boolean grace = lost.graceMs() > 0 && machine.machineVersion() >= ShardMachine.LOST_GATEWAYS_HAVE_GRACE;
        ShardCommand command = grace
                ? Commands.gatewayLost(lost.node(), lost.boot(), lost.graceMs())
                : Commands.gatewayLost(lost.node(), lost.boot());
        leader.propose(new Pending(command, failure -> {
            if (failure != null) {
                notLogged.accept(failure);
            }
        }));
    }

    private long nowMs() {
        return clock.nowMs().getAsLong();
    }
}
