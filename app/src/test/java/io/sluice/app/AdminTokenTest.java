package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
    @TempDir
    Path dir;

    @Test
    void makesATokenOnceThatOnlyTheOwnerCanRead() throws Exception {
        AdminToken made = AdminToken.of("", dir);
        Path file = dir.resolve("admin.token");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(made.authorizes("Bearer " + Files.readString(file).strip())).isTrue();
        assertThat(AdminToken.of("", dir).reveal()).isEqualTo(made.reveal()).hasSizeGreaterThan(40);
    }

    @Test
    void usesTheConfiguredTokenAndWritesNothing() throws Exception {
        AdminToken token = AdminToken.of("s3cret", dir);

        assertThat(token.authorizes("bearer s3cret")).isTrue();
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void refusesEverythingElse() throws Exception {
        AdminToken token = AdminToken.of("s3cret", dir);

        assertThat(token.authorizes(null)).isFalse();
        assertThat(token.authorizes("")).isFalse();
        assertThat(token.authorizes("s3cret")).isFalse();
        assertThat(token.authorizes("Basic s3cret")).isFalse();
        assertThat(token.authorizes("Bearer s3cre")).isFalse();
        assertThat(token.authorizes("Bearer s3cretx")).isFalse();
    }
}
