package io.sluice.gateway.session;

import io.sluice.config.SluiceConfig.GatewaySettings;
import io.sluice.queuegroups.api.ShardRouter;
import io.sluice.tenantmanager.api.Admission;
import io.sluice.tenantmanager.api.Directory;
import java.util.List;
import java.util.function.Supplier;

/**
 * What all loops of the node's gateway share; every part is safe for any thread.
 *
 * @param node id of the node, told to clients
 * @param endpoints {@code host:port} of the TCP listeners of all nodes, told to clients
 * @param publishBytesPerLoop publish bytes that all producers of one loop may have in flight
 */
public record NodeServices(
        String node,
        GatewaySettings settings,
        Directory directory,
        Admission admission,
        ShardRouter router,
        ConnectionLimits limits,
        ResumeTokens tokens,
        Crowd crowd,
        GatewayMeters meters,
        Supplier<List<String>> endpoints,
        long publishBytesPerLoop) {}
