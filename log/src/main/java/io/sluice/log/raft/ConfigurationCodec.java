package io.sluice.log.raft;

import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Members of a configuration entry to bytes and back: four lists (peers, old peers, learners, old learners) of names with {@code u16} lengths. */
final class ConfigurationCodec {
    private static final int MAX_BYTES = 64 * 1024;

    private ConfigurationCodec() {}

    static ByteBuffer encode(LogEntry entry) {
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
        put(out, entry.getPeers());
        put(out, entry.getOldPeers());
        put(out, entry.getLearners());
        put(out, entry.getOldLearners());
        ByteBuffer exact = ByteBuffer.allocate(out.flip().limit());
        return exact.put(out).flip();
    }

    private static void put(ByteBuffer out, @Nullable List<PeerId> peers) {
        out.putShort((short) (peers == null ? 0 : peers.size()));
        if (peers != null) {
            for (PeerId peer : peers) {
                byte[] name = peer.toString().getBytes(StandardCharsets.UTF_8);
                out.putShort((short) name.length).put(name);
            }
        }
    }

    static void decode(ByteBuffer body, LogEntry entry) {
        ByteBuffer in = body.duplicate();
        entry.setPeers(get(in));
        entry.setOldPeers(orNull(get(in)));
        entry.setLearners(orNull(get(in)));
        entry.setOldLearners(orNull(get(in)));
    }

    private static List<PeerId> get(ByteBuffer in) {
        List<PeerId> peers = new ArrayList<>();
        for (int left = in.getShort(); left > 0; left--) {
            byte[] name = new byte[in.getShort()];
            in.get(name);
            peers.add(PeerId.parsePeer(new String(name, StandardCharsets.UTF_8)));
        }
        return peers;
    }

    /** JRaft tells a list that is absent from an empty one. */
    @SuppressWarnings("NullAway")
    private static List<PeerId> orNull(List<PeerId> peers) {
        return peers.isEmpty() ? null : peers;
    }
}
