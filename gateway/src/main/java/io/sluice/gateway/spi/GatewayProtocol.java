package io.sluice.gateway.spi;

import io.vertx.core.Future;

/**
 * A protocol that plugs into the gateway with listeners of its own.
 *
 * <ol>
 *   <li>{@link #start} is called once on each gateway loop; the listeners of all loops share their port.
 *   <li>Each connection is handed to the loop's {@link ConnectionAcceptor} and stays on that loop.
 *   <li>A protocol translates: it decides nothing about tenants, limits or flow.
 * </ol>
 */
public interface GatewayProtocol {
    /** Its name in logs and figures, for example {@code amqp}. */
    String name();

    /** Completes when the protocol listens; the loop is that of the calling context. */
    Future<Void> start(ConnectionAcceptor acceptor);

    /** Stops listening on the calling loop; connections stay. */
    Future<Void> stopListening();
}
