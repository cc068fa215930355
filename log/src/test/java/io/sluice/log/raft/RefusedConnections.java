package io.sluice.log.raft;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.sluice.log.rpc.RpcRefusals;
import io.sluice.metrics.Meters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.slf4j.LoggerFactory;

/** What a node says about connections that it refused: lines of its log, counts by reason. */
final class RefusedConnections extends AppenderBase<ILoggingEvent> implements Meters, AutoCloseable {
    final List<String> lines = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
    private final NoMeters others = new NoMeters();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RpcRefusals.class);

    RefusedConnections() {
        start();
        logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getFormattedMessage());
    }

    long count(String reason) {
        AtomicLong count = counts.get(reason);
        return count == null ? 0 : count.get();
    }

    @Override
    public Counter counter(String name, String description, String... tags) {
        return name.equals("sluice.raft.refused")
                ? counts.computeIfAbsent(tags[1], reason -> new AtomicLong())::addAndGet
                : others.counter(name, description, tags);
    }

    @Override
    public void gauge(String name, String description, DoubleSupplier value, String... tags) {}

    @Override
    public Timer timer(String name, String description, String... tags) {
        return others.timer(name, description, tags);
    }

    @Override
    public TenantMeters tenant(String tenant) {
        return others.tenant(tenant);
    }

    @Override
    public void removeTenant(String tenant) {}

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
