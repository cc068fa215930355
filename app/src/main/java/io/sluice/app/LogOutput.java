package io.sluice.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.sluice.config.SluiceConfig.LoggingSettings;
import java.util.Map;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.LoggerFactory;

/** Sends the log to stderr as the settings say, and quiets the libraries: stdout is for the one line that says the node is ready. */
final class LogOutput {
    private static final String TEXT = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %msg%n%rEx{12}";

    /** What is said at info by these is news to their developers only. */
    private static final Map<String, Level> LIBRARIES = Map.ofEntries(
            Map.entry("com.hazelcast", Level.WARN),
            // Says at every start that it would like flags which only make it a little faster.
            Map.entry("com.hazelcast.instance.impl.HazelcastInstanceFactory", Level.ERROR),
            // Tell several times a second of a node that is away; ClusterReports tells it once.
            Map.entry("com.hazelcast.internal.server.tcp", Level.ERROR),
            Map.entry("com.hazelcast.internal.cluster.impl", Level.ERROR),
            Map.entry("com.alipay.sofa.jraft.core.ReplicatorGroupImpl", Level.OFF),
            Map.entry("com.alipay.sofa.jraft.core.Replicator", Level.ERROR),
            Map.entry("com.alipay.sofa.jraft.rpc.impl.AbstractClientService", Level.OFF),
            Map.entry("com.alipay.sofa.jraft.util.ThreadId", Level.ERROR),
            Map.entry("io.vertx", Level.WARN),
            // Nodes that are away, and messages for what is not open yet: whoever sent them hears of it.
            Map.entry("io.vertx.core.eventbus.impl.clustered", Level.OFF),
            // Tells of a failed start with a trace; we tell of it too.
            Map.entry("io.vertx.core.impl.VertxImpl", Level.OFF),
            Map.entry("io.netty", Level.WARN),
            Map.entry("com.alipay.sofa", Level.WARN),
            // Warns at every start without a snapshot.
            Map.entry("com.alipay.sofa.jraft.storage.snapshot.local.LocalSnapshotStorage", Level.ERROR));

    private LogOutput() {}

    static void apply(LoggingSettings settings) {
        // Its own setting comes too late for what it logs before it reads its configuration.
        System.setProperty("hazelcast.logging.type", "slf4j");
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder(settings.format(), context));
        appender.addFilter(new FailedWrites());
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        Level level = Level.toLevel(settings.level());
        root.setLevel(level);
        root.addAppender(appender);
        LIBRARIES.forEach(
                (name, floor) -> context.getLogger(name).setLevel(level.isGreaterOrEqual(floor) ? level : floor));
    }

    /** Vert.x' event bus tells of each write that failed as of a bug, with a trace: its promise says that it was completed before whenever it fails. Whoever sent it is told. */
    private static final class FailedWrites extends Filter<ILoggingEvent> {
        @Override
        public FilterReply decide(ILoggingEvent event) {
            IThrowableProxy thrown = event.getThrowableProxy();
            boolean isOne = thrown != null
                    && event.getLoggerName().startsWith("io.vertx.core.impl.")
                    && "Promise already completed".equals(thrown.getMessage());
            return isOne ? FilterReply.DENY : FilterReply.NEUTRAL;
        }
    }

    private static Encoder<ILoggingEvent> encoder(String format, LoggerContext context) {
        if (format.equals("json")) {
            LogstashEncoder json = new LogstashEncoder();
            json.setContext(context);
            json.start();
            return json;
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(TEXT);
        text.start();
        return text;
    }
}
