package io.sluice.log.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.api.LogReport;
import io.sluice.log.api.LogVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replica that is behind is given: log as long as there is some, else a snapshot with the segments that hold its bodies. */
final class InstallTest {
    private static final int MANY = 1 << 30;

    @TempDir
    Path folder;

    /** Leaves a group without one replica, whose log the others have given up. */
    private static String leaveBehind(ReplicaGroup group) throws Exception {
        group.append("pin before", 2000, 1);
        String away = group.followerId();
        group.assertWhole(away);
        group.stop(away);
        for (int round = 0; round < 2; round++) {
            group.append("pin", 40_000, 24);
            for (String id : group.running.keySet()) {
                String each = id;
                ReplicaGroup.await(
                        () -> group.running.get(each).machine().applied.size() >= group.written.size());
                group.snapshot(id);
            }
            group.append("filler", 40_000, 4);
        }
        return away;
    }

    @Test
    void installedReplicaLeadsAndServesBodiesAndItsFolderIsSound() throws Exception {
        try (ReplicaGroup group = new ReplicaGroup(folder, ReplicaGroup.settings(MANY, MANY, MANY))) {
            String away = leaveBehind(group);
            group.start(away);
            group.assertWhole(away);
            assertThat(group.running.get(away).machine().restored).isTrue();
            for (int turn = 0; turn < 20 && !group.leaderId().equals(away); turn++) {
                String leader = group.leaderId();
                group.stop(leader);
                group.leaderId();
                group.start(leader);
                group.assertWhole(leader);
            }
            assertThat(group.leaderId()).isEqualTo(away);
            group.append("pin after", 3000, 3);
            group.assertWhole(away);
            group.stop(away);
            List<LogReport> reports = LogVerifier.verify(folder.resolve(away));
            assertThat(reports).allSatisfy(report -> assertThat(report.damage()).isEmpty());
            group.start(away);
            group.assertWhole(away);
            assertThat(group.fatal).isEmpty();
        }
    }

    @Test
    void goesOnWithTheSegmentsThatItHasAfterAKillInTheMiddle() throws Exception {
        try (ReplicaGroup group = new ReplicaGroup(folder, ReplicaGroup.settings(MANY, MANY, 600_000))) {
            String away = leaveBehind(group);
            group.start(away);
            Path temp = group.folder(away).resolve("snapshots/temp/segments");
            ReplicaGroup.await(() -> count(temp) >= 3);
            Path killed = folder.resolve("killed");
            copy(folder.resolve(away), killed);
            group.stop(away);
            swap(killed, folder.resolve(away));
            Set<Object> had = keys(temp);

            group.start(away);
            group.assertWhole(away);
            Set<Object> kept = new HashSet<>();
            try (Stream<Path> snapshots = Files.list(group.folder(away).resolve("snapshots"))) {
                for (Path snapshot : snapshots.toList()) {
                    kept.addAll(keys(snapshot.resolve("segments")));
                }
            }
            kept.retainAll(had);
            assertThat(kept).as("segments that were not sent again").hasSizeGreaterThanOrEqualTo(2);
            assertThat(group.fatal).isEmpty();
        }
    }

    @Test
    void getsAllFromTheNextLeaderWhenTheFirstOneDiesInTheMiddle() throws Exception {
        try (ReplicaGroup group = new ReplicaGroup(folder, ReplicaGroup.settings(MANY, MANY, 600_000))) {
            String away = leaveBehind(group);
            group.start(away);
            Path temp = group.folder(away).resolve("snapshots/temp/segments");
            ReplicaGroup.await(() -> count(temp) >= 2);
            assertThat(group.running.get(away).machine().restored).isFalse();
            String first = group.leaderId();
            group.stop(first);
            group.append("pin later", 1000, 2);
            group.assertWhole(away);
            group.start(first);
            group.assertWhole(first);
            assertThat(group.fatal).isEmpty();
        }
    }

    @Test
    void snapshotWaitsForAReplicaThatCanStillCatchUpByLog() throws Exception {
        try (ReplicaGroup group = new ReplicaGroup(folder, ReplicaGroup.settings(400_000, 2_000_000, MANY))) {
            group.append("pin", 40_000, 24);
            String away = group.followerId();
            group.assertWhole(away);
            // A leader that is new, as may come about on a busy machine, takes it that all have everything until it
            // hears
            // otherwise: a snapshot may just fall into that.
            boolean installed = true;
            for (int attempt = 0; attempt < 4 && installed; attempt++) {
                installed = installsAfter(group, away, 36);
            }
            assertThat(installed).isFalse();
            assertThat(installsAfter(group, away, 110)).isTrue();
            assertThat(group.fatal).isEmpty();
        }
    }

    /** Whether a replica takes over a snapshot when it comes back after so many entries. */
    private static boolean installsAfter(ReplicaGroup group, String away, int entries) throws Exception {
        group.stop(away);
        group.append("filler", 40_000, entries);
        int opened = group.start(away).machine().restores.get();
        group.assertWhole(away);
        return group.running.get(away).machine().restores.get() > opened;
    }

    private static long count(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private static Set<Object> keys(Path folder) throws IOException {
        Set<Object> keys = new HashSet<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    keys.add(Files.readAttributes(file, BasicFileAttributes.class)
                            .fileKey());
                }
            }
        }
        return keys;
    }

    /** The folder as a kill at this moment would leave it; links become files of their own, which nothing relies on. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.toList()) {
                Path target = to.resolve(from.relativize(one).toString());
                if (Files.isDirectory(one)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(one, target);
                }
            }
        }
    }

    private static void swap(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(to)) {
            for (Path one : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
        Files.move(from, to);
    }
}
