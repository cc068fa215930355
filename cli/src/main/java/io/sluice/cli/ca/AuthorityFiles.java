package io.sluice.cli.ca;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A private authority in a folder: {@code ca.pem}, {@code ca.key}, and the files of the nodes that it issued certificates to. */
public final class AuthorityFiles {
    static final String NAME = "ca";
    private static final Duration CA_LIFE = Duration.ofDays(3652);
    private static final Duration NODE_LIFE = Duration.ofDays(397);
    private static final Duration RENEWED_BEFORE_END = Duration.ofDays(30);

    private final PemFolder folder;
    private final Certificates certificates = new Certificates();

    public AuthorityFiles(Path dir) {
        this.folder = new PemFolder(dir);
    }

    /** Files that were written, and until when they hold. */
    public record Issued(Path certificate, Path key, Path ca, Instant notAfter) {}

    /** @throws IOException where there is one already, or it can't be written */
    public Issued init(String name) throws IOException, GeneralSecurityException {
        KeyPair keys = certificates.newKeys();
        X509Certificate own = certificates.authority(name, keys, Instant.now(), CA_LIFE);
        folder.write(NAME, own, keys.getPrivate(), false);
        return issued(NAME, own);
    }

    /**
     * @param renew whether the node's files may be replaced
     * @throws IllegalStateException when the authority is missing or not valid now, or its files don't fit
     */
    public Issued issue(NodeNames names, Duration life, boolean renew) throws IOException, GeneralSecurityException {
        Certificates.Authority authority = open();
        KeyPair keys = certificates.newKeys();
        X509Certificate node = certificates.node(authority, names, keys.getPublic(), Instant.now(), life);
        try {
            node.verify(authority.certificate().getPublicKey());
        } catch (SignatureException | InvalidKeyException e) {
            throw new IllegalStateException(
                    folder.keyFile(NAME) + " is not the key of " + folder.certificateFile(NAME)
                            + ": they are of two authorities",
                    e);
        }
        folder.write(names.nodeId(), node, keys.getPrivate(), renew);
        return issued(names.nodeId(), node);
    }

    /** What a cluster of this machine needs: makes the authority and what is missing, and renews in time what is there. @return the nodes' files, in their order */
    public List<Issued> provide(List<NodeNames> nodes) throws IOException, GeneralSecurityException {
        if (!folder.has(NAME)) {
            init("Sluice CA");
        }
        List<Issued> all = new ArrayList<>();
        for (NodeNames node : nodes) {
            String id = node.nodeId();
            boolean fresh = folder.has(id)
                    && folder.certificate(id)
                            .getNotAfter()
                            .toInstant()
                            .isAfter(Instant.now().plus(RENEWED_BEFORE_END));
            all.add(fresh ? issued(id, folder.certificate(id)) : issue(node, NODE_LIFE, true));
        }
        return all;
    }

    private Certificates.Authority open() throws IOException, GeneralSecurityException {
        try {
            X509Certificate own = folder.certificate(NAME);
            Instant end = own.getNotAfter().toInstant();
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException("the authority " + folder.certificateFile(NAME) + " has expired, on "
                        + end + ": make a new one in another folder, and all nodes' certificates of it");
            }
            return new Certificates.Authority(
                    own, folder.key(NAME, own.getPublicKey().getAlgorithm()));
        } catch (NoSuchFileException missing) {
            throw new IllegalStateException("no authority: " + missing.getFile()
                    + " is missing; `./sluice ca init` makes one, --dir says where");
        }
    }

    private Issued issued(String name, X509Certificate certificate) {
        return new Issued(
                folder.certificateFile(name),
                folder.keyFile(name),
                folder.certificateFile(NAME),
                certificate.getNotAfter().toInstant());
    }
}
