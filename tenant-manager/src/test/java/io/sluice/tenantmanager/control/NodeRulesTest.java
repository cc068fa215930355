package io.sluice.tenantmanager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tenantmanager.api.ClusterMap;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeRulesTest {
    private final ControlState state = new ControlState();
    private final ControlMachine machine = new ControlMachine(state);
    private long index;

    @BeforeEach
    void form() {
        apply(new ControlCommand.EnterNode("n1", List.of("n1", "n2", "n3"), 4, 3));
    }

    private ControlResult apply(ControlCommand command) {
        EntryCodec codec = new EntryCodec();
        ControlResult result = machine.apply(
                        ++index, codec.decode(codec.encode(Commands.entry(1_000 + index, command))))
                .result();
        state.verify();
        return result;
    }

    private void settleAll() {
        List.copyOf(state.cluster().unsettled()).forEach(log -> settle(log, state.cluster()));
    }

    private void settle(String log, ClusterMap map) {
        apply(new ControlCommand.SettleLog(log, map.change()));
    }

    private long load(String node) {
        return state.cluster().replicas().stream()
                .filter(holders -> holders.contains(node))
                .count();
    }

    @Test
    void aNewNodeTakesItsShareAndNoShardHasMoreOrFewerReplicas() {
        apply(new ControlCommand.AddNode("n4", "10.0.0.4", 7601));
        ClusterMap map = state.cluster();
        assertThat(map.number("n4")).isEqualTo(4);
        assertThat(map.replicas()).allMatch(holders -> holders.size() == 3);
        assertThat(load("n4")).isEqualTo(3);
        assertThat(map.unsettled()).contains("control").hasSize(4);
        assertThat(map.controlVoters()).containsExactly("n1", "n2", "n3");
    }

    @Test
    void aNodeThatIsLeavingIsNotSaidToBeAdded() {
        apply(new ControlCommand.AddNode("n4", "10.0.0.4", 7601));
        settleAll();
        apply(new ControlCommand.RemoveNode("n4"));
        ControlResult result = apply(new ControlCommand.AddNode("n4", "10.0.0.4", 7601));
        assertThat(result)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.message()).contains("GET /v1/cluster"));
    }

    @Test
    void oneChangeAtATime() {
        apply(new ControlCommand.AddNode("n4", "10.0.0.4", 7601));
        assertThat(apply(new ControlCommand.AddNode("n5", "10.0.0.5", 7601))).isInstanceOf(Refused.class);
        assertThat(apply(new ControlCommand.RemoveNode("n1"))).isInstanceOf(Refused.class);
        assertThat(apply(new ControlCommand.AddNode("n4", "10.0.0.4", 7601))).isInstanceOf(ControlResult.Done.class);
        settleAll();
        assertThat(apply(new ControlCommand.AddNode("n5", "10.0.0.5", 7601))).isInstanceOf(ControlResult.Done.class);
        assertThat(state.cluster().controlVoters()).hasSize(5);
    }

    @Test
    void aLeaderThatSpeaksOfAnEarlierChangeSettlesNothing() {
        apply(new ControlCommand.AddNode("n4", "10.0.0.4", 7601));
        ClusterMap adding = state.cluster();
        settleAll();
        apply(new ControlCommand.RemoveNode("n1"));
        ClusterMap removing = state.cluster();
        removing.unsettled().forEach(log -> settle(log, adding));
        assertThat(state.cluster()).isEqualTo(removing);
        settleAll();
        apply(new ControlCommand.AddNode("n1", "10.0.0.1", 7601));
        settleAll();
        apply(new ControlCommand.RemoveNode("n1"));
        ClusterMap again = state.cluster();
        again.unsettled().forEach(log -> settle(log, removing));
        assertThat(state.cluster()).isEqualTo(again);
    }

    @Test
    void aRemovedNodeIsAMemberUntilOthersHoldWhatItHeld() {
        apply(new ControlCommand.AddNode("n4", "10.0.0.4", 7601));
        settleAll();
        apply(new ControlCommand.RemoveNode("n1"));
        assertThat(load("n1")).isZero();
        assertThat(state.cluster().replicas()).allMatch(holders -> holders.size() == 3);
        assertThat(state.cluster().number("n1")).isEqualTo(1);
        settleAll();
        assertThat(state.cluster().number("n1")).isZero();
        assertThat(state.cluster().removed()).containsExactly("n1");
        assertThat(apply(new ControlCommand.EnterNode("n1", List.of("n1", "n2", "n3"), 4, 3)))
                .isInstanceOf(Refused.class);
        apply(new ControlCommand.AddNode("n1", "10.0.0.1", 7601));
        assertThat(state.cluster().number("n1")).isEqualTo(5);
    }

    @Test
    void aClusterOfThreeKeepsItsNodes() {
        assertThat(apply(new ControlCommand.RemoveNode("n1"))).isInstanceOf(Refused.class);
        assertThat(apply(new ControlCommand.RemoveNode("n9")))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(ControlResult.Reason.NOT_FOUND));
    }
}
