package io.sluice.log.rpc;

import java.io.IOException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** Says in an operator's words why a TLS handshake failed. */
final class HandshakeFailure {
    private HandshakeFailure() {}

    static boolean isOne(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    static String describe(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return "its certificate has expired (" + cause.getMessage() + ")";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "its certificate is not valid yet (" + cause.getMessage() + "): do the clocks agree?";
            }
            root = cause;
        }
        String message = String.valueOf(root.getMessage());
        if (message.contains("unable to find valid certification path")
                || message.contains("signature check failed")
                || message.contains("Signature does not match")) {
            return "its certificate is not of our CA (cluster.tls.ca)";
        }
        if (message.contains("Empty client certificate chain") || message.contains("Empty server certificate chain")) {
            return "it showed no certificate of our CA (cluster.tls.ca)";
        }
        if (message.contains("fatal alert")) {
            return "the other side ended the TLS handshake (" + message + "); its log says why";
        }
        if (message.contains("not an SSL/TLS record")) {
            return "it doesn't speak TLS; do all nodes have cluster.tls?";
        }
        return (root instanceof IOException ? "TLS handshake failed: " : "") + message;
    }
}
