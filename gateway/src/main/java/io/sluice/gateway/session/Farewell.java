package io.sluice.gateway.session;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;

/**
 * Says that a producer is closed until its shard has heard it: one that nobody closes would be kept for as long as this gateway lives.
 *
 * <p>It outlives the session. <em>Confined to:</em> one event loop.
 */
final class Farewell implements Watch.Asker {
    private static final int FIRST_SWEEPS = 4;
    /** Over two minutes; the shard gives this gateway up sooner than that. */
    private static final int MOST_ATTEMPTS = 20;

    private final Loop loop;
    private final Route route;
    private final ShardCommand close;
    private final Watch watch;
    private int attempts;
    private boolean heard;

    private Farewell(Loop loop, Route route, ShardCommand close) {
        this.loop = loop;
        this.route = route;
        this.close = close;
        this.watch = new Watch(loop.overdue(), this, FIRST_SWEEPS);
    }

    /** From now on answers to the closing sender come here. */
    static void say(Loop loop, Route route, ShardCommand close) {
        Farewell farewell = new Farewell(loop, route, close);
        loop.senders().replace(close.sender(), farewell::on);
        farewell.watch.waiting();
        loop.send(route.shard(), close);
    }

    private void on(ShardEvent event) {
        boolean refused = event instanceof ShardEvent.Failed failed
                && failed.type() == CommandType.CLOSE_PRODUCER
                && failed.code() != ErrorCode.UNAVAILABLE;
        if (refused || event instanceof ShardEvent.ProducerLeft) {
            end();
        }
    }

    private void end() {
        heard = true;
        loop.senders().remove(close.sender());
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public boolean waits() {
        return !heard;
    }

    @Override
    public void sayAgain() {
        if (++attempts > MOST_ATTEMPTS) {
            end();
        } else {
            loop.send(route.shard(), close);
        }
    }

    @Override
    public void leaderChanged() {
        loop.send(route.shard(), close);
    }
}
