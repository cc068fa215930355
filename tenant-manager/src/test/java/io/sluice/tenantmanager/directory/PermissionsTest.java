package io.sluice.tenantmanager.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionsTest {
    @Test
    void eachVerbIsForItself() {
        CompiledPermissions permissions = CompiledPermissions.of(List.of("publish:orders/*", "consume:*/audit-*"));
        assertThat(permissions.mayPublish("orders", "any")).isTrue();
        assertThat(permissions.mayPublish("orders2", "any")).isFalse();
        assertThat(permissions.mayConsume("orders", "any")).isFalse();
        assertThat(permissions.mayConsume("orders", "audit-1")).isTrue();
        assertThat(permissions.mayConsume("orders", "my-audit-1")).isFalse();
    }

    @Test
    void nothingIsAllowedWithoutAPermission() {
        CompiledPermissions none = CompiledPermissions.of(List.of());
        assertThat(none.mayPublish("a", "b")).isFalse();
        assertThat(none.mayConsume("a", "b")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "publish",
                "publish:a",
                "publish:a/",
                "publish:/b",
                "publish:a/b/c",
                "PUBLISH:a/b",
                "read:a/b",
                "publish:A/b",
                "publish:a/b ",
                "publish: a/b",
                "publish:a/b\n"
            })
    void refusesWhatIsNoPermission(String text) {
        assertThat(CompiledPermissions.problem(text)).contains("publish:GROUP/QUEUE");
    }

    /** Against a regular expression as the model. */
    @Test
    void globsMatchLikeTheirModel() {
        Random random = new Random(7);
        for (int i = 0; i < 50_000; i++) {
            String pattern = text(random, "ab*");
            String name = text(random, "ab");
            boolean expected = Pattern.matches(pattern.replace("*", ".*"), name);
            assertThat(new Glob(pattern).matches(name))
                    .as(pattern + " on " + name)
                    .isEqualTo(expected);
        }
    }

    private static String text(Random random, String alphabet) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(7); i >= 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
