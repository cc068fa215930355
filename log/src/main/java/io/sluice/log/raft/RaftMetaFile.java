package io.sluice.log.raft;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import io.sluice.log.segment.SmallFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Term and vote of a replica, forced before they count.
 *
 * <p>Our own because JRaft's goes past the {@link io.sluice.log.spi.FileLayer} and saves again at shutdown what it saved before.
 */
final class RaftMetaFile implements RaftMetaStorage {
    private final SmallFile file;
    private final FatalOnce fatal;
    private long term;
    private PeerId votedFor = PeerId.emptyPeer();

    RaftMetaFile(SmallFile file, FatalOnce fatal) {
        this.file = file;
        this.fatal = fatal;
    }

    @Override
    public synchronized boolean init(RaftMetaStorageOptions options) {
        try {
            ByteBuffer saved = file.read();
            if (saved == null) {
                return true;
            }
            term = saved.getLong();
            return votedFor.parse(StandardCharsets.UTF_8.decode(saved).toString());
        } catch (IOException e) {
            fatal.report(e);
            return false;
        }
    }

    @Override
    public void shutdown() {
        // Every change was saved when it was made.
    }

    @Override
    public synchronized boolean setTerm(long newTerm) {
        return setTermAndVotedFor(newTerm, votedFor);
    }

    @Override
    public synchronized long getTerm() {
        return term;
    }

    @Override
    public synchronized boolean setVotedFor(PeerId peer) {
        return setTermAndVotedFor(term, peer);
    }

    @Override
    public synchronized PeerId getVotedFor() {
        return votedFor;
    }

    @Override
    public synchronized boolean setTermAndVotedFor(long newTerm, PeerId peer) {
        try {
            save(file, newTerm, peer);
        } catch (IOException e) {
            fatal.report(e);
            return false;
        }
        term = newTerm;
        votedFor = peer.copy();
        return true;
    }

    /** What a replica has that never voted. */
    static void saveFirst(SmallFile file) throws IOException {
        save(file, 0, PeerId.emptyPeer());
    }

    private static void save(SmallFile file, long term, PeerId peer) throws IOException {
        byte[] vote = peer.toString().getBytes(StandardCharsets.UTF_8);
        file.write(ByteBuffer.allocate(Long.BYTES + vote.length)
                .putLong(term)
                .put(vote)
                .flip());
    }
}
