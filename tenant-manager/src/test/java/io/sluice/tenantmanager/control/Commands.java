package io.sluice.tenantmanager.control;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.OverflowPolicy;
import io.sluice.tenantmanager.control.ControlCommand.GroupSpec;
import io.sluice.tenantmanager.control.ControlCommand.KeySpec;
import io.sluice.tenantmanager.control.ControlCommand.QueueSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Commands for tests, by hand and by seed. */
final class Commands {
    private static final List<String> TENANTS = List.of("a", "b", "c", "d");
    private static final List<String> NAMES = List.of("x", "y", "z");

    private Commands() {}

    static ControlEntry entry(long timeMs, ControlCommand command) {
        return new ControlEntry(timeMs, "admin", "127.0.0.1", "r-" + timeMs, command);
    }

    static ControlCommand tenant(String name, GroupSpec... groups) {
        return new ControlCommand.PutTenant(
                name, null, null, LimitPatch.NOTHING, null, List.of(groups), List.of(), false, 3);
    }

    static GroupSpec group(String name, QueueSpec... queues) {
        return new GroupSpec(name, GroupForm.WORK, List.of(queues));
    }

    static QueueSpec queue(String name) {
        return queue(name, null);
    }

    static QueueSpec queue(String name, String deadLetterQueue) {
        return new QueueSpec(name, null, null, null, null, deadLetterQueue, null, null, null, null);
    }

    static KeySpec key(String name) {
        return new KeySpec(name, "ab".repeat(32), List.of("publish:*/*"));
    }

    static ControlCommand random(Random random, ControlState state) {
        String tenant = pick(random, TENANTS);
        return switch (random.nextInt(14)) {
            case 0 -> new ControlCommand.SuspendTenant(tenant, random.nextBoolean());
            case 1 -> new ControlCommand.DeleteTenant(tenant);
            case 2 -> new ControlCommand.AddKey(tenant, key(pick(random, NAMES)));
            case 3 -> new ControlCommand.RevokeKey(tenant, pick(random, NAMES));
            case 4 -> new ControlCommand.PutGroup(tenant, randomGroup(random), random.nextBoolean(), 3);
            case 5 -> new ControlCommand.DeleteGroup(tenant, pick(random, NAMES));
            case 6 ->
                new ControlCommand.PutQueue(tenant, pick(random, NAMES), randomQueue(random), random.nextBoolean());
            case 7 -> new ControlCommand.DeleteQueue(tenant, pick(random, NAMES), pick(random, NAMES));
            case 8 -> new ControlCommand.PutPlan(pick(random, List.of("free", "gold")), randomLimits(random));
            case 9 -> new ControlCommand.PurgeQueue(tenant, pick(random, NAMES), pick(random, NAMES));
            case 10 -> new ControlCommand.ConfirmTasks(someTasks(random, state));
            case 11 -> new ControlCommand.MoveGroup(tenant, pick(random, NAMES), random.nextInt(4), 3);
            case 12 -> new ControlCommand.CallOffMove(someMove(random, state), tenant, "x", "full");
            default ->
                new ControlCommand.PutTenant(
                        tenant,
                        "Name " + random.nextInt(3),
                        pick(random, List.of("free", "standard", "gold", "none")),
                        randomLimits(random),
                        1 + random.nextInt(100),
                        List.of(randomGroup(random)),
                        List.of(key(pick(random, NAMES))),
                        random.nextInt(5) == 0,
                        3);
        };
    }

    private static List<Long> someTasks(Random random, ControlState state) {
        List<Long> tasks = new ArrayList<>(state.tasks().keySet());
        return tasks.subList(0, tasks.isEmpty() ? 0 : random.nextInt(tasks.size() + 1));
    }

    private static long someMove(Random random, ControlState state) {
        return state.tasks().values().stream()
                .filter(task -> task.kind() == ShardTask.Kind.MOVE_GROUP || random.nextInt(10) == 0)
                .mapToLong(ShardTask::id)
                .findFirst()
                .orElse(1);
    }

    private static GroupSpec randomGroup(Random random) {
        List<QueueSpec> queues = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            queues.add(randomQueue(random));
        }
        return new GroupSpec(pick(random, NAMES), random.nextBoolean() ? GroupForm.WORK : null, queues);
    }

    private static QueueSpec randomQueue(Random random) {
        return new QueueSpec(
                pick(random, NAMES),
                random.nextBoolean() ? (long) random.nextInt(3) : null,
                null,
                random.nextInt(4) == 0 ? OverflowPolicy.DEAD_LETTER : null,
                random.nextBoolean() ? 1 + random.nextInt(3) : null,
                random.nextInt(3) == 0 ? pick(random, NAMES) : null,
                null,
                random.nextBoolean() ? true : null,
                null,
                null);
    }

    private static LimitPatch randomLimits(Random random) {
        return new LimitPatch(
                random.nextBoolean(),
                Map.of(LimitName.values()[random.nextInt(10)], new Amount(1 + random.nextInt(9), 5)),
                List.of(LimitName.values()[random.nextInt(10)]),
                random.nextBoolean() ? random.nextBoolean() : null);
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
