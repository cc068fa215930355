package io.sluice.queuegroups.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.queuegroups.api.CommandType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The machine's version rises when all holders of the shard support it, and not before. */
class VersionRaiserTest {
    private final Map<String, Promise<Integer>> asked = new HashMap<>();
    private final List<Pending> proposed = new ArrayList<>();
    private int inForce = 1;
    private final VersionRaiser raiser =
            new VersionRaiser(3, () -> inForce, () -> List.of("n1", "n2", "n3"), this::ask, proposed::add);

    @Test
    void raisesToWhatAllSupport() {
        raiser.lookAround();
        answer("n1", 3);
        answer("n2", 2);
        assertThat(proposed).isEmpty();
        answer("n3", 4);
        assertThat(proposed).hasSize(1);
        assertThat(proposed.get(0).command().type()).isEqualTo(CommandType.RAISE_VERSION);
        assertThat(proposed.get(0).command().head().getInt(0)).isEqualTo(2);
    }

    @Test
    void oneOldReleaseKeepsTheOldBehaviour() {
        raiser.lookAround();
        answer("n1", 3);
        answer("n2", 1);
        answer("n3", 3);
        assertThat(proposed).isEmpty();
    }

    @Test
    void asksAgainWhileOneIsSilent() {
        raiser.lookAround();
        answer("n1", 3);
        answer("n2", 3);
        asked.remove("n3").fail("no answer");
        assertThat(proposed).isEmpty();

        raiser.lookAround();
        List.of("n1", "n2", "n3").forEach(node -> answer(node, 3));
        assertThat(proposed).hasSize(1);
    }

    @Test
    void asksNobodyOnceTheNewestIsInForce() {
        inForce = 3;
        raiser.lookAround();
        assertThat(asked).isEmpty();
    }

    private Future<Integer> ask(String node) {
        Promise<Integer> answer = Promise.promise();
        asked.put(node, answer);
        return answer.future();
    }

    private void answer(String node, int version) {
        asked.remove(node).complete(version);
    }
}
