package io.sluice.cli.ca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** PEM files in one folder: keys that nobody else may read, nothing overwritten unless that is meant. */
final class PemFolder {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";

    private final Path folder;

    PemFolder(Path folder) {
        this.folder = folder;
    }

    Path certificateFile(String name) {
        return folder.resolve(name + ".pem");
    }

    Path keyFile(String name) {
        return folder.resolve(name + ".key");
    }

    boolean has(String name) {
        return Files.exists(certificateFile(name)) || Files.exists(keyFile(name));
    }

    /**
     * Writes both, the key first and with mode 0600 from its first byte on.
     *
     * @param renew whether files of this name may be replaced, each in one step
     * @throws FileAlreadyExistsException where they exist and may not
     */
    void write(String name, X509Certificate certificate, PrivateKey key, boolean renew)
            throws IOException, GeneralSecurityException {
        if (!renew && has(name)) {
            throw new FileAlreadyExistsException(certificateFile(name).toString());
        }
        Files.createDirectories(folder);
        put(keyFile(name), pem(KEY, key.getEncoded()), "rw-------", renew);
        put(certificateFile(name), pem(CERTIFICATE, certificate.getEncoded()), "rw-r--r--", renew);
    }

    private void put(Path file, String text, String mode, boolean renew) throws IOException {
        Path fresh = renew ? file.resolveSibling(file.getFileName() + ".new") : file;
        if (renew) {
            Files.deleteIfExists(fresh);
        }
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        } else {
            Files.createFile(fresh);
        }
        Files.writeString(fresh, text, StandardOpenOption.WRITE);
        if (renew) {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    X509Certificate certificate(String name) throws IOException, GeneralSecurityException {
        byte[] pem = Files.readAllBytes(certificateFile(name));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    /** @param algorithm of the certificate's key */
    PrivateKey key(String name, String algorithm) throws IOException, GeneralSecurityException {
        String pem = Files.readString(keyFile(name), StandardCharsets.US_ASCII);
        String body = pem.replaceAll("-----[A-Z ]+-----", "").strip();
        return KeyFactory.getInstance(algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}
