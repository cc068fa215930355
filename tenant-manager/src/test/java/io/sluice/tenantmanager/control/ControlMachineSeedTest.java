package io.sluice.tenantmanager.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random commands: what holds always, and that replay and snapshots give the same state to the byte. */
class ControlMachineSeedTest {
    private static final int COMMANDS = 800;

    private final EntryCodec codec = new EntryCodec();
    private final SnapshotFile snapshots = new SnapshotFile();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 42, 4711, 20_261_122})
    void replayAndSnapshotsGiveTheSameState(long seed) throws IOException {
        Random random = new Random(seed);
        ControlState state = new ControlState();
        ControlMachine machine = new ControlMachine(state);
        ControlState restored = new ControlState();
        ControlMachine second = new ControlMachine(restored);
        List<ByteBuffer> log = new ArrayList<>();
        for (int i = 1; i <= COMMANDS; i++) {
            ControlCommand command = Commands.random(random, state);
            ControlState.Image before = state.image();
            ControlResult preview = command instanceof ControlCommand.ConfirmTasks ? null : machine.preview(command);
            assertThat(state.image().equals(before))
                    .as("a preview changes nothing")
                    .isTrue();
            log.add(codec.encode(Commands.entry(random.nextInt(1_000_000), command)));
            ControlResult result =
                    machine.apply(i, codec.decode(log.get(i - 1).duplicate())).result();
            if (preview != null) {
                assertThat(preview).hasSameClassAs(result);
            }
            state.verify();
            second.apply(i, codec.decode(log.get(i - 1).duplicate()));
            if (i % 200 == 0) {
                restored = throughSnapshot(restored, "snapshot-" + i);
                second = new ControlMachine(restored);
            }
        }
        assertThat(bytes(restored)).isEqualTo(bytes(state));
        assertThat(bytes(replay(log))).isEqualTo(bytes(state));
    }

    private ControlState throughSnapshot(ControlState state, String name) throws IOException {
        Path directory = Files.createDirectory(folder.resolve(name));
        SnapshotFile.Writer writer = snapshots.capture(state);
        writer.write(directory);
        ControlState restored = new ControlState();
        snapshots.restore(restored, directory);
        return restored;
    }

    private ControlState replay(List<ByteBuffer> log) {
        ControlState state = new ControlState();
        ControlMachine machine = new ControlMachine(state);
        for (int i = 0; i < log.size(); i++) {
            machine.apply(i + 1L, codec.decode(log.get(i).duplicate()));
        }
        return state;
    }

    private byte[] bytes(ControlState state) throws IOException {
        return snapshots.encode(state.image());
    }
}
