package io.sluice.tenantmanager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tenantmanager.api.ClusterMap;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterRulesTest {
    private final ControlState state = new ControlState();
    private final ControlMachine machine = new ControlMachine(state);
    private long index;

    private void enter(String node, List<String> nodes, int shards, int replicas) {
        ControlCommand command = new ControlCommand.EnterNode(node, nodes, shards, replicas);
        EntryCodec codec = new EntryCodec();
        machine.apply(++index, codec.decode(codec.encode(Commands.entry(1_000 + index, command))));
        state.verify();
    }

    @Test
    void theFirstNodeFormsTheClusterAndLaterOnesFindItFormed() {
        enter("n2", List.of("n1", "n2", "n3"), 2, 3);
        ClusterMap formed = state.cluster();
        assertThat(formed.members())
                .containsExactly(
                        new ClusterMap.Member("n1", 1), new ClusterMap.Member("n2", 2), new ClusterMap.Member("n3", 3));
        assertThat(formed.replicas()).containsExactly(List.of("n1", "n2", "n3"), List.of("n2", "n3", "n1"));
        enter("n1", List.of("n1", "n2", "n3"), 5, 1);
        assertThat(state.cluster()).isSameAs(formed);
    }

    @Test
    void spreadsShardsOverMoreNodesThanReplicas() {
        enter("a", List.of("a", "b", "c", "d", "e"), 5, 3);
        assertThat(state.cluster().replicas())
                .contains(List.of("a", "b", "c"), List.of("d", "e", "a"), List.of("e", "a", "b"));
    }

    @Test
    void aNodeThatComesLaterMovesNoNumber() {
        enter("n1", List.of("n1", "n3", "n5"), 2, 3);
        enter("n2", List.of("n1", "n2", "n3", "n5"), 2, 3);
        assertThat(state.cluster().number("n3")).isEqualTo(2);
        assertThat(state.cluster().number("n2")).isEqualTo(4);
        assertThat(state.cluster().number("n9")).isZero();
    }

    @Test
    void aNodeAloneIsNumberOne() {
        enter("n1", List.of("n1"), 2, 3);
        assertThat(state.cluster().number("n1")).isEqualTo(1);
        assertThat(state.cluster().replicas()).containsOnly(List.of("n1"));
    }

    @Test
    void aSnapshotKeepsThePlacement(@TempDir Path dir) throws Exception {
        enter("n1", List.of("n1", "n2", "n3"), 2, 3);
        new SnapshotFile().capture(state).write(dir);
        ControlState restored = new ControlState();
        new SnapshotFile().restore(restored, dir);
        assertThat(restored.cluster()).isEqualTo(state.cluster());
    }
}
