package io.sluice.tenantmanager.control;

import java.util.List;

/**
 * A tenant's credential; the key itself is not kept.
 *
 * @param hash SHA-256 of the key, in hex
 * @param permissions as given, for example {@code publish:orders/*}
 */
public record Key(String name, String hash, List<String> permissions, long createdMs) {}
