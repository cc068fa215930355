package io.sluice.gateway.server;

import io.sluice.gateway.binary.BinaryProtocol;
import io.sluice.gateway.json.JsonProtocol;
import java.util.List;

/** The WebSocket subprotocols of the gateway. */
final class SubProtocols {
    static final List<String> KNOWN = List.of(BinaryProtocol.SUBPROTOCOL, JsonProtocol.SUBPROTOCOL);

    private SubProtocols() {}

    /** @param offered values of the header, each a list with commas */
    static boolean anyKnown(List<String> offered) {
        for (String value : offered) {
            for (String name : value.split(",", -1)) {
                if (KNOWN.contains(name.trim())) {
                    return true;
                }
            }
        }
        return false;
    }
}
