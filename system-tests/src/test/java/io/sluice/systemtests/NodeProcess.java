package io.sluice.systemtests;

import io.sluice.client.local.LocalNodeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of the node run to its end in a JVM of its own. */
final class NodeProcess {
    private static final int WAIT_S = 90;

    private NodeProcess() {}

    /** How it ended, and what it said. */
    record Ended(int exitCode, String out, String err) {}

    /** {@code up} on a folder that it must refuse: with the small log, on free ports. */
    static Ended up(Path data, String... flags) throws Exception {
        List<String> command = new ArrayList<>(List.of("up", "--data", data.toString()));
        command.addAll(LocalNodeSpec.freePorts());
        command.addAll(List.of(TestNode.smallLog(flags)));
        return run(command.toArray(String[]::new));
    }

    static Ended run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("sluice.node.classpath", System.getProperty("java.class.path")),
                "io.sluice.app.Main"));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("sluice", ".out");
        Path err = Files.createTempFile("sluice", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(WAIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        String.join(" ", arguments) + " does not end; it said " + text(out) + text(err));
            }
            return new Ended(process.exitValue(), text(out), text(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
