package io.sluice.tenantmanager.api;

/** What a key may do with which queues of its tenant. Immutable; answers come from a compiled form, quick enough for every publish section. */
public interface Permissions {
    boolean mayPublish(String group, String queue);

    boolean mayConsume(String group, String queue);
}
