package io.sluice.tenantmanager.control;

/**
 * A command as it stands in the control log.
 *
 * @param timeMs the proposer's clock; machine time never goes back
 * @param who name of the token
 * @param from remote address
 * @param requestId tells the proposer which outcome is its own; unique in the cluster
 */
public record ControlEntry(long timeMs, String who, String from, String requestId, ControlCommand command) {}
