package io.sluice.queuegroups.bus;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.util.List;

/** The codecs of this package; registered once per Vert.x instance. */
public final class BusCodecs {
    private static final String COMMANDS = "sluice.commands";
    private static final String EVENTS = "sluice.events";
    private static final String ASK = "sluice.ask";
    private static final String REPORT = "sluice.report";
    private static final String STATS = "sluice.stats";
    private static final String MOVE_STATUS = "sluice.move-status";
    private static final String MOVE_PROGRESS = "sluice.move-progress";

    private BusCodecs() {}

    public static void register(EventBus bus) {
        bus.registerCodec(new LocalCodec<>(COMMANDS, new CommandWire()));
        bus.registerCodec(new LocalCodec<>(EVENTS, new EventWire()));
        bus.registerCodec(new LocalCodec<>(ASK, new AskWire()));
        bus.registerCodec(new LocalCodec<>(REPORT, new LoopReportWire()));
        bus.registerCodec(new LocalCodec<>(STATS, new StatsWire()));
        bus.registerCodec(new LocalCodec<>(MOVE_STATUS, new MoveStatusWire()));
        bus.registerCodec(new LocalCodec<>(MOVE_PROGRESS, new MoveProgressWire()));
    }

    /** For an event bus that outlives the queue groups. */
    public static void unregister(EventBus bus) {
        List.of(COMMANDS, EVENTS, ASK, REPORT, STATS, MOVE_STATUS, MOVE_PROGRESS)
                .forEach(bus::unregisterCodec);
    }

    /** Options for a {@link CommandBatch}; the caller keeps them, so that sending makes nothing new. */
    public static DeliveryOptions forCommands() {
        return new DeliveryOptions().setCodecName(COMMANDS);
    }

    /** Options for an {@link EventBatch}. */
    public static DeliveryOptions forEvents() {
        return new DeliveryOptions().setCodecName(EVENTS);
    }

    /** Options for a {@link ShardAsk}. */
    public static DeliveryOptions forAsk() {
        return new DeliveryOptions().setCodecName(ASK);
    }

    /** Options for a {@link LoopReport}. */
    public static DeliveryOptions forReport() {
        return new DeliveryOptions().setCodecName(REPORT);
    }

    /** Options for a reply of {@link io.sluice.queuegroups.api.QueueStats}. */
    public static DeliveryOptions forStats() {
        return new DeliveryOptions().setCodecName(STATS);
    }

    /** Options for a reply of {@link io.sluice.queuegroups.api.MoveStatus}. */
    public static DeliveryOptions forMoveStatus() {
        return new DeliveryOptions().setCodecName(MOVE_STATUS);
    }

    /** Options for a reply of {@link io.sluice.queuegroups.api.MoveProgress}. */
    public static DeliveryOptions forMoveProgress() {
        return new DeliveryOptions().setCodecName(MOVE_PROGRESS);
    }
}
