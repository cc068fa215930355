package io.sluice.log.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alipay.sofa.jraft.entity.PeerId;
import io.sluice.log.segment.SmallFile;
import io.sluice.log.spi.FileLayer;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftMetaFileTest {
    @TempDir
    Path folder;

    @Test
    void aVoteThatCannotBeSavedIsAnsweredToNobody() throws Exception {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        FatalOnce fatal = new FatalOnce("shard-0", (log, cause) -> {});
        RaftMetaFile meta = new RaftMetaFile(new SmallFile(FileLayer.disk(), gone.resolve("vote")), fatal);
        meta.setTermAndVotedFor(1, PeerId.parsePeer("127.0.0.1:1"));
        Files.delete(gone.resolve("vote"));
        Files.delete(gone);

        assertThatThrownBy(() -> meta.setVotedFor(PeerId.parsePeer("127.0.0.1:2")))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(meta.getVotedFor()).isEqualTo(PeerId.parsePeer("127.0.0.1:1"));
        assertThat(fatal.cause()).isNotNull();
    }
}
