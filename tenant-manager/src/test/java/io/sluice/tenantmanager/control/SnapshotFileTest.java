package io.sluice.tenantmanager.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
    @TempDir
    Path folder;

    @Test
    void whatIsCapturedStaysAsItWasWhileTheStateGoesOn() throws IOException {
        ControlState state = new ControlState();
        ControlMachine machine = new ControlMachine(state);
        machine.apply(1, Commands.entry(1, Commands.tenant("first", Commands.group("g", Commands.queue("q")))));
        SnapshotFile.Writer writer = new SnapshotFile().capture(state);
        machine.apply(2, Commands.entry(2, Commands.tenant("second")));
        writer.write(folder);
        ControlState restored = new ControlState();
        new SnapshotFile().restore(restored, folder);
        assertThat(restored.tenants()).containsOnlyKeys("first");
        assertThat(restored.tenant("first")).isEqualTo(state.tenant("first"));
    }

    @Test
    void damagedBytesAreFoundAndNameTheFile() throws IOException {
        ControlState state = new ControlState();
        new SnapshotFile().capture(state).write(folder);
        Path file = folder.resolve("control.snapshot");
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i += i < 40 ? 1 : 23) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            Files.write(file, bad);
            assertThatThrownBy(() -> new SnapshotFile().restore(new ControlState(), folder))
                    .as("byte " + i)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("control.snapshot");
        }
        Files.write(file, new byte[3]);
        assertThatThrownBy(() -> new SnapshotFile().restore(new ControlState(), folder))
                .hasMessageContaining("only 3 bytes");
    }

    @Test
    void anEntryOfANewerReleaseStopsTheNodeInsteadOfBeingSkipped() {
        ByteBuffer newer = ByteBuffer.wrap("{\"v\":2,\"type\":\"NEW\"}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> new EntryCodec().decode(newer)).hasMessageContaining("upgrade this node");
    }
}
