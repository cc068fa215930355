package io.sluice.app;

import io.sluice.log.api.LogReport;
import io.sluice.log.api.LogVerifier;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** {@code log verify DIR}: reads every record of a data folder's logs and says what is not as it was written. */
final class VerifyCommand {
    private VerifyCommand() {}

    /** Whether every log is sound; changes nothing. */
    static boolean run(Path folder, PrintStream out) throws StartRefused {
        if (DataFolder.isInUse(folder)) {
            throw new StartRefused("a node runs on " + folder + ": stop it first, or check a copy of the folder");
        }
        boolean sound = true;
        try {
            for (LogReport report : LogVerifier.verify(folder)) {
                print(report, out);
                sound &= report.isSound();
            }
        } catch (IOException e) {
            throw new StartRefused("can't check " + folder + ": " + e.getMessage());
        }
        return sound;
    }

    private static void print(LogReport report, PrintStream out) {
        out.printf(
                "%s: %s, %d entries in %d segments, range %d to %d, snapshot at %d%s%n",
                report.name(),
                report.isSound() ? "sound" : "DAMAGED",
                report.entries(),
                report.segments(),
                report.firstIndex(),
                report.lastIndex(),
                report.snapshotIndex(),
                report.tornTailBytes() == 0
                        ? ""
                        : ", " + report.tornTailBytes() + " bytes of an unfinished batch at the end (never confirmed)");
        report.damage().forEach(line -> out.println("  " + line));
    }
}
