package io.sluice.gateway.session;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.GoAway;
import io.sluice.tenantmanager.api.Admission.TenantGate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One tenant on one event loop: its sessions here, the pauses that its rate limits ask for, and the publish bytes that all its producers here may have in flight.
 *
 * <p>Nothing in it can hold back another tenant. <em>Confined to:</em> one event loop.
 */
final class TenantFlow {
    final long tenantId;
    final TenantGate gate;
    final TenantFigures figures;
    final Pace publishPace;
    final Pace deliverPace;
    final Budget publishBudget;
    private final Set<Connection> connections = new LinkedHashSet<>();

    TenantFlow(long tenantId, TenantGate gate, TenantFigures figures, Timers timers, Budget publishBudget) {
        this.tenantId = tenantId;
        this.gate = gate;
        this.figures = figures;
        this.publishBudget = publishBudget;
        this.publishPace = new Pace(timers);
        this.deliverPace = new Pace(timers);
    }

    void add(Connection connection) {
        connections.add(connection);
    }

    /** Answers whether it was the last one. */
    boolean remove(Connection connection) {
        connections.remove(connection);
        return connections.isEmpty();
    }

    /** The limits were changed: what they held back is judged anew. */
    void limitsChanged() {
        publishPace.reset();
        deliverPace.reset();
    }

    /** Ends the sessions of a key, or all where {@code keyName} is empty. */
    void end(String keyName, ErrorCode code, String message) {
        for (Connection connection : List.copyOf(connections)) {
            if (keyName.isEmpty() || connection.usesKey(keyName)) {
                connection.dismiss(new GoAway(code, message, List.of()));
            }
        }
    }
}
