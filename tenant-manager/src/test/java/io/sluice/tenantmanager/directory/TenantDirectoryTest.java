package io.sluice.tenantmanager.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.tenantmanager.api.AuthResult;
import io.sluice.tenantmanager.api.TenantChange;
import io.sluice.tenantmanager.control.ControlCommand;
import io.sluice.tenantmanager.control.ControlEntry;
import io.sluice.tenantmanager.control.ControlMachine;
import io.sluice.tenantmanager.control.ControlState;
import io.sluice.tenantmanager.control.LimitPatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TenantDirectoryTest {
    private final ControlState state = new ControlState();
    private final ControlMachine machine = new ControlMachine(state);
    private final TenantDirectory directory = new TenantDirectory(state);
    private final KeyMaterial material = new KeyMaterial();
    private long index;

    private void apply(ControlCommand command) {
        machine.apply(++index, new ControlEntry(index, "admin", "", "", command))
                .tenants()
                .forEach(directory::update);
    }

    private String onboard(String tenant, String... permissions) {
        KeyMaterial.Made made = material.make();
        apply(put(tenant, made.hash(), List.of(permissions)));
        return made.key();
    }

    private static ControlCommand put(String tenant, String hash, List<String> permissions) {
        return new ControlCommand.PutTenant(
                tenant,
                null,
                null,
                LimitPatch.NOTHING,
                null,
                List.of(),
                List.of(new ControlCommand.KeySpec("app", hash, permissions)),
                false,
                1);
    }

    private AuthResult.Refused refused(String tenant, String key) {
        return (AuthResult.Refused) directory.authenticate(tenant, key);
    }

    @Test
    void neverTellsWhichPartWasWrong() {
        directory.caughtUp();
        String key = onboard("acme", "publish:*/*");
        onboard("other", "publish:*/*");
        assertThat(directory.authenticate("acme", key)).isInstanceOf(AuthResult.Granted.class);
        AuthResult.Refused wrongKey = refused("acme", "slk_wrong");
        assertThat(wrongKey.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(wrongKey)
                .isEqualTo(refused("nobody", key))
                .isEqualTo(refused("other", key))
                .isEqualTo(refused("acme", ""));
    }

    @Test
    void isUnavailableBeforeItKnowsAllTenants() {
        assertThat(refused("acme", "slk_x").code()).isEqualTo(ErrorCode.UNAVAILABLE);
        directory.caughtUp();
        assertThat(refused("acme", "slk_x").code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void changedPermissionsCloseTheSessionsOfTheKey() {
        directory.caughtUp();
        String key = onboard("acme", "publish:*/*");
        List<TenantChange> changes = new ArrayList<>();
        directory.onChange(changes::add);
        long id = directory.tenant("acme").tenantId();
        apply(put("acme", "00".repeat(32), List.of("consume:*/*")));
        assertThat(changes).containsExactly(new TenantChange.KeyRevoked(id, "app"), new TenantChange.Updated(id));
        AuthResult.Granted granted = (AuthResult.Granted) directory.authenticate("acme", key);
        assertThat(granted.principal().permissions().mayPublish("a", "b")).isFalse();
    }

    @Test
    void aListenerThatFailsHidesNothingFromTheOthers() {
        List<TenantChange> changes = new ArrayList<>();
        directory.onChange(change -> {
            throw new IllegalStateException("bug of a listener");
        });
        directory.onChange(changes::add);
        onboard("acme", "publish:*/*");
        assertThat(changes).hasSize(1);
    }

    @Test
    void aListenerThatStoppedHearsNothing() throws Exception {
        List<TenantChange> changes = new ArrayList<>();
        directory.onChange(changes::add).close();
        onboard("acme", "publish:*/*");
        assertThat(changes).isEmpty();
    }

    @Test
    void keysDifferAndAreNotShownByToString() {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            KeyMaterial.Made made = material.make();
            assertThat(keys.add(made.key())).isTrue();
            assertThat(made.toString()).doesNotContain(made.key());
        }
    }
}
