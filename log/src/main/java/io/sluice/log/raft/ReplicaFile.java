package io.sluice.log.raft;

import io.sluice.log.segment.SmallFile;
import io.sluice.log.spi.FileLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Says under which incarnation this folder's replica takes part in its group, and how far it has come with that.
 *
 * <p>*Invariants:* before it says that the replica may vote, the vote file is on disk, so a folder without one has lost it.
 */
final class ReplicaFile {
    static final int FIRST_INCARNATION = 1;
    private static final byte FORMAT = 1;

    private final FileLayer files;
    private final Path folder;
    private final SmallFile file;
    /** What is on disk. */
    private Replica replica = new Replica(Stage.NONE, 0);

    private boolean hasEntries;

    ReplicaFile(FileLayer files, Path folder) {
        this.files = files;
        this.folder = folder;
        this.file = new SmallFile(files, folder.resolve("replica"));
    }

    /** How far a replica has come. */
    enum Stage {
        /** There is nothing of the log here. */
        NONE,
        /** Ready to form the group: has never voted, and never had an entry. */
        FORMING,
        /** Follows, or soon will; has a vote only once the group has given it one. */
        JOINING,
        /** Was there when the group was formed, or was given its vote later. */
        MEMBER
    }

    /** What the file says. */
    record Replica(Stage stage, int incarnation) {}

    /** For whoever asks; what cannot be read counts as something that was there. */
    Stage stage() {
        try {
            ByteBuffer saved = file.read();
            if (saved == null) {
                return files.exists(vote()) ? Stage.MEMBER : Stage.NONE;
            }
            return decode(saved).stage();
        } catch (IOException unreadable) {
            return Stage.MEMBER;
        }
    }

    /** @throws IOException when what a member must have is gone */
    synchronized Replica read() throws IOException {
        ByteBuffer saved = file.read();
        boolean hasVote = files.exists(vote());
        boolean hasSegments = !files.list(folder.resolve("segments")).isEmpty();
        if (saved == null) {
            if (hasVote) {
                // Of a release that knew no incarnations.
                hasEntries = hasSegments;
                return write(Stage.MEMBER, FIRST_INCARNATION);
            }
            if (hasSegments) {
                throw lost("its files 'replica' and 'vote'");
            }
            return new Replica(Stage.NONE, 0);
        }
        replica = decode(saved);
        hasEntries = saved.get() == 1;
        if (replica.stage() != Stage.FORMING && !hasVote) {
            throw lost("its file 'vote'");
        }
        if (hasEntries && !hasSegments) {
            throw lost("all of its log in 'segments'");
        }
        return replica;
    }

    private Replica decode(ByteBuffer saved) throws IOException {
        byte format = saved.get();
        if (format != FORMAT) {
            throw new IOException(folder + " was written by a newer release (replica file of format " + format + ")");
        }
        return new Replica(Stage.values()[saved.get()], saved.getInt());
    }

    private IOException lost(String what) {
        return new IOException("the replica in " + folder + " has lost " + what
                + ": it must not vote again under its old identity. Move the folder away and start with --replace");
    }

    synchronized Replica write(Stage stage, int incarnation) throws IOException {
        files.createDirectories(folder);
        if (stage != Stage.FORMING && !files.exists(vote())) {
            RaftMetaFile.saveFirst(new SmallFile(files, vote()));
        }
        replica = new Replica(stage, incarnation);
        save();
        return replica;
    }

    /** There are entries on disk; before the first one counts this is noted, so that a folder without any has lost them. */
    synchronized void noteEntries() throws IOException {
        if (!hasEntries) {
            hasEntries = true;
            save();
        }
    }

    private void save() throws IOException {
        file.write(ByteBuffer.allocate(3 + Integer.BYTES)
                .put(FORMAT)
                .put((byte) replica.stage().ordinal())
                .putInt(replica.incarnation())
                .put((byte) (hasEntries ? 1 : 0))
                .flip());
    }

    private Path vote() {
        return folder.resolve("vote");
    }
}
