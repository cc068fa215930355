package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void allowsWhatTheRuleAllows() {
        for (String name : new String[] {"a", "0", "a.b_c-d", "9lives", "a".repeat(64)}) {
            assertThat(Names.isValid(name)).as(name).isTrue();
        }
    }

    @Test
    void refusesEverythingElse() {
        for (String name : new String[] {"", ".a", "-a", "_a", "A", "a/b", "a b", "é", "a".repeat(65)}) {
            assertThat(Names.isValid(name)).as(name).isFalse();
            assertThat(Names.problem("queue name", name)).startsWith("queue name \"");
        }
    }

    @Test
    void readsAnAddressAndSaysWhatIsWrongWithOne() {
        assertThat(QueueAddress.parse("orders/created")).isEqualTo(new QueueAddress("orders", "created"));
        assertThat(QueueAddress.of("orders/created")).hasToString("orders/created");
        assertThat(QueueAddress.parse("orders")).isNull();
        assertThat(QueueAddress.problem("orders")).contains("must be group/queue");
        assertThat(QueueAddress.problem("orders/a/b")).contains("queue name \"a/b\"");
        assertThat(QueueAddress.problem("/b")).contains("group name \"\"");
        assertThatThrownBy(() -> QueueAddress.of("Orders/a")).isInstanceOf(IllegalArgumentException.class);
    }
}
