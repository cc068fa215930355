package io.sluice.log.api;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/**
 * How a certificate names the node that it is for: one subject alternative name of type URI, {@code urn:sluice:node:ID}.
 *
 * <p>Not the host name: a node keeps its id when its address changes, and two nodes may share a host.
 */
public final class NodeCertificate {
    private static final String PREFIX = "urn:sluice:node:";
    private static final int URI_NAME = 6;

    private NodeCertificate() {}

    /** The id that the certificate names; empty if it names none, or several. */
    public static String nodeId(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            List<String> ids = (names == null ? List.<List<?>>of() : names)
                    .stream()
                            .filter(name -> name.get(0).equals(URI_NAME))
                            .map(name -> String.valueOf(name.get(1)))
                            .filter(uri -> uri.startsWith(PREFIX))
                            .map(uri -> uri.substring(PREFIX.length()))
                            .toList();
            return ids.size() == 1 ? ids.get(0) : "";
        } catch (CertificateParsingException unreadable) {
            return "";
        }
    }
}
