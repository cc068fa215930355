package io.sluice.tenantmanager.directory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Keys: how they are made and what is kept of them. A key has 256 random bits, so a plain hash is enough: there is nothing to guess. */
public final class KeyMaterial {
    private static final String PREFIX = "slk_";
    private static final int KEY_BYTES = 32;

    private final SecureRandom random = new SecureRandom();

    /** @param key to be shown once @param hash to be kept */
    public record Made(String key, String hash) {
        @Override
        public String toString() {
            return "Made[hidden]";
        }
    }

    /** A new key. Does not block once the system's random source is seeded. */
    public Made make() {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        String key = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return new Made(key, HexFormat.of().formatHex(hash(key)));
    }

    static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
