package io.sluice.queuegroups.machine;

import io.sluice.queuegroups.api.ShardCommand;
import java.util.function.BiConsumer;

/** A command of the simulation with what it must do to the model and what must come of it. */
final class Action {
    final ShardCommand command;
    Runnable before = () -> {};
    Runnable after = () -> {};
    BiConsumer<Long, Effect> effect = (origin, unexpected) -> {
        throw new AssertionError("unexpected effect " + unexpected);
    };

    Action(ShardCommand command) {
        this.command = command;
    }
}
