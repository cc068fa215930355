package io.sluice.app;

import io.sluice.config.SluiceConfig.GatewaySettings;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/**
 * Where clients reach this node, with the ports that were bound. Immutable.
 *
 * @param host as clients are told
 */
record Endpoints(String node, String host, int tcpPort, int httpPort, boolean tls) {

    static Endpoints of(String node, GatewaySettings gateway, int tcpPort, int httpPort) {
        String host = gateway.advertisedHost().isEmpty() ? gateway.host() : gateway.advertisedHost();
        boolean any = host.equals("0.0.0.0") || host.equals("::");
        return new Endpoints(
                node, any ? "127.0.0.1" : host, tcpPort, httpPort, gateway.tls().enabled());
    }

    String tcp() {
        return address(tcpPort);
    }

    String http() {
        return (tls ? "https://" : "http://") + address(httpPort);
    }

    String ws() {
        return (tls ? "wss://" : "ws://") + address(httpPort) + "/ws";
    }

    private String address(int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** The line that tells scripts that the node serves. */
    String readyLine(Path data) {
        JsonObject json = new JsonObject()
                .put("node", node)
                .put("tcp", tcp())
                .put("http", http())
                .put("ws", ws())
                .put("data", data.toAbsolutePath().normalize().toString());
        return "ready " + json.encode();
    }
}
