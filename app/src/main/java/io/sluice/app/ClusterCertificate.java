package io.sluice.app;

import io.sluice.config.SluiceConfig.ClusterTlsSettings;
import io.sluice.log.api.NodeCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** This node's certificate for the other nodes, checked at start as they will check it: each mistake is named, with its remedy. */
final class ClusterCertificate {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final String RENEW = ": make a new one with `./sluice ca issue`";

    private final ClusterTlsSettings settings;
    private final List<String> problems = new ArrayList<>();

    private ClusterCertificate(ClusterTlsSettings settings) {
        this.settings = settings;
    }

    /**
     * When the certificate ends.
     *
     * @throws StartRefused with everything that is wrong with the three files
     */
    static Instant check(ClusterTlsSettings settings, String nodeId, Instant now) throws StartRefused {
        ClusterCertificate check = new ClusterCertificate(settings);
        List<X509Certificate> chain = check.certificates("cluster.tls.cert", settings.cert());
        List<X509Certificate> trusted = check.certificates("cluster.tls.ca", settings.ca());
        if (!chain.isEmpty()) {
            check.checkDates("cluster.tls.cert", chain.get(0), now, RENEW);
            check.checkNode(chain.get(0), nodeId);
            check.checkKey(chain.get(0).getPublicKey());
        }
        trusted.forEach(ca -> check.checkDates("cluster.tls.ca", ca, now, ": make a new CA and certificates of it"));
        if (check.problems.isEmpty()) {
            check.checkIssuer(chain, trusted, now);
        }
        if (!check.problems.isEmpty()) {
            throw new StartRefused("TLS between nodes: " + String.join("; ", check.problems));
        }
        return chain.get(0).getNotAfter().toInstant();
    }

    private List<X509Certificate> certificates(String setting, String file) {
        try {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(Path.of(file))))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (found.isEmpty()) {
                problems.add(setting + " " + file + " holds no certificate");
            }
            return found;
        } catch (IOException | GeneralSecurityException e) {
            problems.add(setting + " " + file + " can't be read as PEM certificates (" + e.getMessage() + ")");
            return List.of();
        }
    }

    private void checkDates(String setting, X509Certificate certificate, Instant now, String remedy) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        if (now.isAfter(to)) {
            problems.add(setting + " has expired, on " + to + remedy);
        } else if (now.isBefore(from)) {
            problems.add(setting + " is not valid before " + from + ": check this machine's clock");
        }
    }

    private void checkNode(X509Certificate certificate, String nodeId) {
        String named = NodeCertificate.nodeId(certificate);
        if (!named.equals(nodeId)) {
            problems.add("cluster.tls.cert is of " + (named.isEmpty() ? "no node" : "node " + named)
                    + ", but node.id is " + nodeId + ": make one with `./sluice ca issue " + nodeId + "`");
        }
    }

    private void checkKey(PublicKey certified) {
        try {
            Matcher pem = PKCS8.matcher(Files.readString(Path.of(settings.key()), StandardCharsets.US_ASCII));
            if (!pem.find()) {
                problems.add(
                        "cluster.tls.key holds no PKCS#8 private key (openssl pkcs8 -topk8 -nodes converts others)");
                return;
            }
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            PrivateKey key =
                    KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            if (!belong(key, certified)) {
                problems.add("cluster.tls.key is not the key of cluster.tls.cert");
            }
        } catch (IOException | GeneralSecurityException e) {
            problems.add("cluster.tls.key can't be read as the key of cluster.tls.cert (" + e.getMessage() + ")");
        }
    }

    private static boolean belong(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        String algorithm = switch (certified.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> certified.getAlgorithm();
        };
        byte[] probe = {1, 2, 3};
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(probe);
        byte[] signature = signer.sign();
        signer.initVerify(certified);
        signer.update(probe);
        return signer.verify(signature);
    }

    private void checkIssuer(List<X509Certificate> chain, List<X509Certificate> trusted, Instant now) {
        try {
            Set<TrustAnchor> anchors =
                    trusted.stream().map(ca -> new TrustAnchor(ca, null)).collect(Collectors.toSet());
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            List<X509Certificate> path =
                    chain.stream().filter(link -> !trusted.contains(link)).toList();
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (GeneralSecurityException e) {
            problems.add("cluster.tls.cert is not of the CA in cluster.tls.ca (" + e.getMessage()
                    + "): all nodes need certificates of one CA");
        }
    }
}
