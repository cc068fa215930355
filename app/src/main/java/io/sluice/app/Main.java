package io.sluice.app;

import io.sluice.config.ConfigException;
import io.sluice.config.ConfigLoader;
import io.sluice.config.ConfigPrinter;
import io.sluice.config.LoadedConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The node's commands: {@code up}, {@code config print}, {@code log verify}. */
public final class Main {
    private static final int DONE = 0;
    private static final int REFUSED = 1;
    private static final int USAGE = 2;

    private static final Pattern HEAP = Pattern.compile("(\\d{1,9})([kKmMgG]?)");

    private static final String HELP = """
            usage:
              up [--config FILE] [--data DIR] [--tcp-port N] [--<setting> VALUE …]   run a node until it is told to stop
                 [--replace]                                                           … whose data folder was lost: bring it back from the other nodes
              config print [--config FILE] [--<setting> VALUE …]                     show what is in force and where it comes from
              log verify DIR                                                         check a data folder that no node runs on
            Every setting has a flag (gateway.tcpPort: --gateway-tcp-port) and a variable (SLUICE_GATEWAY_TCP_PORT).
            """;

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    Main(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    public static void main(String[] args) {
        int code = new Main(System.out, System.err, System.getenv()).run(List.of(args));
        // A node that runs ends by a signal: see Shutdown.
        if (code != DONE || args.length == 0 || !args[0].equals("up")) {
            System.exit(code);
        }
    }

    /** The exit code; 0 for {@code up} means that the node serves. */
    int run(List<String> args) {
        try {
            return dispatch(args);
        } catch (ConfigException | StartRefused e) {
            err.println(e.getMessage());
            return REFUSED;
        }
    }

    private int dispatch(List<String> args) throws ConfigException, StartRefused {
        if (starts(args, "help") || args.contains("--help")) {
            out.print(HELP);
            return DONE;
        }
        if (starts(args, "up")) {
            List<String> flags = new ArrayList<>(args.subList(1, args.size()));
            boolean replace = flags.remove("--replace");
            return up(load(flags, Runtime.getRuntime().maxMemory()), replace);
        }
        if (starts(args, "config", "print")) {
            out.print(new ConfigPrinter(load(args.subList(2, args.size()), heapOfANode())).print());
            return DONE;
        }
        if (starts(args, "log", "verify") && args.size() == 3) {
            return VerifyCommand.run(Path.of(args.get(2)), out) ? DONE : REFUSED;
        }
        err.print(HELP);
        return USAGE;
    }

    private int up(LoadedConfig loaded, boolean replace) throws StartRefused {
        LogOutput.apply(loaded.config().logging());
        Node node = Node.start(loaded, replace);
        Shutdown.onSignal(node);
        out.println(node.readyLine());
        out.flush();
        return DONE;
    }

    private LoadedConfig load(List<String> args, long heapBytes) throws ConfigException {
        List<String> flags = new ArrayList<>(args);
        @Nullable String file = environment.get("SLUICE_CONFIG");
        for (int i = 0; i < flags.size(); i++) {
            if (flags.get(i).startsWith("--config=")) {
                file = flags.remove(i).substring("--config=".length());
            } else if (flags.get(i).equals("--config") && i + 1 < flags.size()) {
                file = flags.remove(i + 1);
                flags.remove(i);
            }
        }
        return new ConfigLoader().load(file == null ? null : Path.of(file), environment, flags, heapBytes);
    }

    /** What the launcher would give a node; this process may have less. */
    private long heapOfANode() {
        Matcher told = HEAP.matcher(environment.getOrDefault("SLUICE_HEAP", "512m"));
        long bytes = told.matches() ? Long.parseLong(told.group(1)) : 512 << 20;
        String unit = told.matches() ? told.group(2).toLowerCase(Locale.ROOT) : "";
        return bytes << 10 * " kmg".indexOf(unit.isEmpty() ? " " : unit);
    }

    private static boolean starts(List<String> args, String... words) {
        return args.size() >= words.length && args.subList(0, words.length).equals(List.of(words));
    }
}
