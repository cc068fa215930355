package io.sluice.cli.ca;

import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.util.IPAddress;

/**
 * What a node's certificate names.
 *
 * @param hosts names and addresses under which it is reached
 */
public record NodeNames(String nodeId, List<String> hosts) {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern IPV4 = Pattern.compile("[0-9]+(\\.[0-9]+){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]+");
    private static final Pattern DNS = Pattern.compile(
            "(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    /** @throws IllegalArgumentException naming what is wrong */
    public NodeNames {
        if (!ID.matcher(nodeId).matches()) {
            throw new IllegalArgumentException(
                    "NODE_ID '" + nodeId + "': 1-64 of a-z 0-9 . _ -, starting with a letter or digit, as node.id");
        }
        // The authority's own files are of this name.
        if (nodeId.equals(AuthorityFiles.NAME)) {
            throw new IllegalArgumentException("NODE_ID '" + nodeId + "': is the name of the authority's own files");
        }
        hosts = List.copyOf(hosts);
        for (String host : hosts) {
            if (isAddress(host) ? !IPAddress.isValid(host) : !DNS.matcher(host).matches()) {
                throw new IllegalArgumentException("--host '" + host + "': is no host name or IP address");
            }
        }
    }

    static boolean isAddress(String host) {
        return IPV4.matcher(host).matches() || IPV6.matcher(host).matches();
    }
}
