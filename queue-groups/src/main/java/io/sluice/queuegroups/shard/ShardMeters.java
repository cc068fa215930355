package io.sluice.queuegroups.shard;

import io.sluice.metrics.Meters;
import io.sluice.metrics.Meters.Counter;
import io.sluice.metrics.Meters.Timer;

/** A shard's own meters. Safe for any thread. */
final class ShardMeters {
    private final Counter entries;
    private final Counter commands;
    private final Counter bytes;
    private final Counter failedCommands;
    private final Timer append;

    ShardMeters(Meters meters, int shard) {
        String number = Integer.toString(shard);
        entries = meters.counter("sluice_shard_entries_total", "Entries applied", "shard", number);
        commands = meters.counter("sluice_shard_commands_total", "Commands applied", "shard", number);
        bytes = meters.counter("sluice_shard_entry_bytes_total", "Bytes of applied entries", "shard", number);
        failedCommands = meters.counter(
                "sluice_shard_failed_commands_total", "Commands that could not be logged", "shard", number);
        append = meters.timer("sluice_shard_append_seconds", "Time from append to applied", "shard", number);
    }

    /** What every replica shows, leader or not. */
    static void watch(Meters meters, int shard, ShardStateMachine machine) {
        String number = Integer.toString(shard);
        meters.gauge(
                "sluice_shard_state_hash_index",
                "Log index at which replicas last compared their states",
                () -> machine.loggedHash().index(),
                "shard",
                number);
        meters.gauge(
                "sluice_shard_state_differs",
                "1 once this replica was found to differ from the leader",
                () -> machine.diverged() ? 1 : 0,
                "shard",
                number);
        meters.gauge(
                "sluice_shard_moves_groups",
                "1 while a queue group is on its way to or from the shard",
                () -> machine.hasMoves() ? 1 : 0,
                "shard",
                number);
    }

    void applied(Proposer.Entry entry, int commandCount) {
        entries.add(1);
        commands.add(commandCount);
        bytes.add(entry.sizeBytes());
        append.record(entry.latencyNs());
    }

    void failed(int commandCount) {
        failedCommands.add(commandCount);
    }
}
