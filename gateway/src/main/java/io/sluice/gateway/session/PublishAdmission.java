package io.sluice.gateway.session;

import io.sluice.tenantmanager.api.Verdict;
import org.jspecify.annotations.Nullable;

/** Asks a tenant's gate about a publish and turns its verdict into flow. */
final class PublishAdmission {
    private PublishAdmission() {}

    /** Why the publish is refused, or null; a tenant over its rate is paced from here on. */
    static @Nullable Refusal take(
            SessionScope scope, PublishWindow window, int count, long bytes, int largestBytes, boolean reject) {
        TenantFlow flow = scope.flow;
        Verdict verdict = flow.gate.checkPublish(count, bytes, largestBytes);
        if (!(verdict instanceof Verdict.Refused)) {
            verdict = flow.gate.takePublish(count, bytes, reject);
        }
        if (verdict instanceof Verdict.Refused refused) {
            return Refusal.of(refused);
        }
        if (verdict instanceof Verdict.Paced paced) {
            window.narrowFor(paced.waitNs());
            flow.publishPace.pause(paced.waitNs());
            scope.tellPublishThrottled(paced.limit(), paced.tokensLeft());
        }
        return null;
    }
}
