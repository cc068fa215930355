package io.sluice.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The operator's token. Immutable; never printed. Safe for any thread. */
final class AdminToken {
    private static final int RANDOM_BYTES = 32;
    private static final String SCHEME = "Bearer ";

    private final String token;
    private final byte[] hash;

    private AdminToken(String token) {
        this.token = token;
        this.hash = sha256(token);
    }

    /** The one configured, else the one in {@code admin.token}, which is made if there is none. */
    static AdminToken of(String configured, Path data) throws IOException {
        if (!configured.isEmpty()) {
            return new AdminToken(configured);
        }
        Path file = data.resolve("admin.token");
        if (!Files.exists(file)) {
            byte[] random = new byte[RANDOM_BYTES];
            new SecureRandom().nextBytes(random);
            DurableFile.write(
                    file, "sla_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
        }
        return new AdminToken(Files.readString(file).strip());
    }

    /** Whether an {@code Authorization} header bears it; takes the same time for every wrong one. */
    boolean authorizes(@Nullable String header) {
        return header != null
                && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        hash, sha256(header.substring(SCHEME.length()).strip()));
    }

    /** The token itself, for the parts that compare it too. */
    String reveal() {
        return token;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
