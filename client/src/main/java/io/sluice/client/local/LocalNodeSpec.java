package io.sluice.client.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start a {@link LocalNode}. Immutable.
 *
 * @param classPath class path that holds the node ({@code io.sluice.app.Main})
 * @param heap fixed heap, for example {@code 512m}
 * @param data its data folder; the log is written beside it, as {@code <data>.log}
 * @param jvmFlags further flags of the JVM
 * @param flags further flags of {@code up}
 * @param prefix words before the JVM's command line, for example to run it in a network namespace; what they start must take their place
 */
public record LocalNodeSpec(
        String classPath, String heap, Path data, List<String> jvmFlags, List<String> flags, List<String> prefix) {
    private static final int NATIVE_ACCESS_FLAGS_SINCE = 24;
    private static final int GENERATIONAL_ZGC_SINCE = 23;

    public LocalNodeSpec {
        jvmFlags = List.copyOf(jvmFlags);
        flags = List.copyOf(flags);
        prefix = List.copyOf(prefix);
    }

    public LocalNodeSpec(String classPath, String heap, Path data, List<String> jvmFlags, List<String> flags) {
        this(classPath, heap, data, jvmFlags, flags, List.of());
    }

    /** A node on free ports, with the class path of this JVM unless the property {@code sluice.node.classpath} names another. */
    public static LocalNodeSpec of(Path data, String heap) {
        String classPath = System.getProperty("sluice.node.classpath", System.getProperty("java.class.path"));
        return new LocalNodeSpec(classPath, heap, data, List.of(), freePorts());
    }

    /** Flags that bind every listener to a free port. */
    public static List<String> freePorts() {
        return List.of(
                "--tcp-port", "0", "--http-port", "0", "--raft-port", "0", "--bus-port", "0", "--grid-port", "0");
    }

    public LocalNodeSpec withFlags(List<String> more) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(more);
        return new LocalNodeSpec(classPath, heap, data, jvmFlags, all, prefix);
    }

    public LocalNodeSpec withJvmFlags(List<String> more) {
        List<String> all = new ArrayList<>(jvmFlags);
        all.addAll(more);
        return new LocalNodeSpec(classPath, heap, data, all, flags, prefix);
    }

    List<String> command() {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xms" + heap);
        command.add("-Xmx" + heap);
        if (Runtime.version().feature() >= NATIVE_ACCESS_FLAGS_SINCE) {
            command.add("--sun-misc-unsafe-memory-access=allow");
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        // As the launcher does: short pauses count for more than the last bit of throughput.
        if (jvmFlags.stream().noneMatch(flag -> flag.matches("-XX:\\+Use\\w+GC"))) {
            command.add(
                    Runtime.version().feature() >= GENERATIONAL_ZGC_SINCE ? "-XX:+UseZGC" : "-XX:MaxGCPauseMillis=10");
        }
        addClassArchive(command);
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", classPath, "io.sluice.app.Main", "up", "--data", data.toString()));
        command.addAll(flags);
        return command;
    }

    /** The classes that an earlier node of the launcher left behind, parsed and checked; a JVM that they don't fit goes without. */
    private static void addClassArchive(List<String> command) {
        String archive = System.getProperty("sluice.node.archive", "");
        if (!archive.isEmpty() && Files.isReadable(Path.of(archive))) {
            command.add("-XX:SharedArchiveFile=" + archive);
            command.add("-Xlog:cds*=off");
        }
    }
}
