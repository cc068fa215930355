package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.machine.Effect;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands the effects of an entry to the verticles of their groups, and gets each of these a turn once.
 *
 * <p><em>Confined to:</em> the shard's apply thread.
 */
final class GroupDispatch implements ShardStateMachine.EffectSink {
    private final GroupVerticles verticles;
    private final InternalFailures internal;
    private final List<QueueGroupVerticle> touched = new ArrayList<>();

    GroupDispatch(GroupVerticles verticles, InternalFailures internal) {
        this.verticles = verticles;
        this.internal = internal;
    }

    @Override
    public void emit(long groupId, long origin, Effect effect) {
        if (internal.takes(origin, effect)) {
            return;
        }
        QueueGroupVerticle verticle = verticles.of(groupId);
        verticle.post(new Letter(origin, effect));
        if (touched.isEmpty() || touched.get(touched.size() - 1) != verticle) {
            touched.add(verticle);
        }
    }

    @Override
    public void flush() {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).signal();
        }
        touched.clear();
    }
}
