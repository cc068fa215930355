package io.sluice.log.raft;

import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.SnapshotCopierOptions;
import com.alipay.sofa.jraft.storage.SnapshotThrottle;
import com.alipay.sofa.jraft.storage.snapshot.Snapshot;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotCopier;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import com.alipay.sofa.jraft.storage.snapshot.local.LocalSnapshotCopier;
import com.alipay.sofa.jraft.storage.snapshot.local.LocalSnapshotMetaTable;
import com.alipay.sofa.jraft.storage.snapshot.local.LocalSnapshotStorage;
import com.alipay.sofa.jraft.storage.snapshot.local.LocalSnapshotWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JRaft's snapshot folders, with a pace of its own for what is received, and with a broken off copy taken up again where that is safe.
 *
 * <p>A copy that a kill broke off stays in the temporary folder: files there that the leader's snapshot has too (their check sums say so, which only segments
 * have) are not sent again. A power cut may have taken the name of a file that the folder's table lists; then all of it goes.
 */
final class PacedSnapshotStorage extends LocalSnapshotStorage {
    private static final Logger LOG = LoggerFactory.getLogger(PacedSnapshotStorage.class);

    private final Path temporary;
    private final RaftOptions options;
    private final SnapshotThrottle receiving;

    PacedSnapshotStorage(String folder, RaftOptions options, SnapshotThrottle receiving) {
        super(folder, null, options);
        this.temporary = Path.of(folder, "temp");
        this.options = options;
        this.receiving = receiving;
    }

    @Override
    public boolean init(Void none) {
        try {
            if (Files.exists(temporary) && !isWhole()) {
                FileUtils.forceDelete(temporary.toFile());
            }
        } catch (IOException e) {
            LOG.error("cannot delete the rest of a snapshot, {}", temporary, e);
            return false;
        }
        return super.init(none);
    }

    private boolean isWhole() throws IOException {
        File table = temporary.resolve(Snapshot.JRAFT_SNAPSHOT_META_FILE).toFile();
        LocalSnapshotMetaTable listed = new LocalSnapshotMetaTable(options);
        return table.exists()
                && listed.loadFromFile(table.getPath())
                && listed.listFiles().stream().allMatch(name -> Files.isRegularFile(temporary.resolve(name)));
    }

    /** JRaft's copier takes files away while it walks through their names: it walks through a copy. */
    @Override
    @SuppressWarnings("NullAway")
    public @Nullable SnapshotWriter create(boolean fromEmpty) {
        if (fromEmpty) {
            return super.create(true);
        }
        LocalSnapshotWriter writer = new LocalSnapshotWriter(temporary.toString(), this, options) {
            @Override
            public Set<String> listFiles() {
                return Set.copyOf(super.listFiles());
            }
        };
        return writer.init(null) ? writer : null;
    }

    @Override
    public SnapshotCopier startToCopyFrom(String uri, SnapshotCopierOptions copy) {
        LocalSnapshotCopier copier = new LocalSnapshotCopier();
        copier.setStorage(this);
        copier.setSnapshotThrottle(receiving);
        if (!copier.init(uri, copy)) {
            throw new IllegalStateException("a snapshot cannot be copied from " + uri);
        }
        copier.start();
        return copier;
    }
}
