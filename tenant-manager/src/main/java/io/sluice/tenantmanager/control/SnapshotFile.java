package io.sluice.tenantmanager.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The control state as a file: a line {@code sluice-control <form> <CRC32C of the rest, hex>}, then the state as JSON.
 */
public final class SnapshotFile {
    private static final String NAME = "control.snapshot";
    private static final String MAGIC = "sluice-control 1 ";
    private static final int HEADER_BYTES = MAGIC.length() + 8 + 1;

    private final ObjectMapper mapper = EntryCodec.mapper();

    /** The state's picture now; quick. The answer writes it into a directory later, on any thread. */
    public Writer capture(ControlState state) {
        ControlState.Image image = state.image();
        return directory -> write(image, directory);
    }

    /** Writes a captured picture. */
    @FunctionalInterface
    public interface Writer {
        void write(Path directory) throws IOException;
    }

    byte[] encode(ControlState.Image image) throws IOException {
        return mapper.writeValueAsBytes(image);
    }

    private void write(ControlState.Image image, Path directory) throws IOException {
        byte[] body = encode(image);
        byte[] head = (MAGIC + String.format("%08x", crc(body, 0)) + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(head.length + body.length)
                .put(head)
                .put(body)
                .flip();
        try (FileChannel file =
                FileChannel.open(directory.resolve(NAME), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
    }

    /** Replaces the whole state by what {@link #capture} wrote there. @throws IOException that names the file when it is not what was written */
    public void restore(ControlState state, Path directory) throws IOException {
        Path path = directory.resolve(NAME);
        byte[] bytes = Files.readAllBytes(path);
        if (bytes.length < HEADER_BYTES) {
            throw new IOException("damaged control snapshot: " + path + " has only " + bytes.length + " bytes");
        }
        String head = new String(bytes, 0, HEADER_BYTES - 1, StandardCharsets.US_ASCII);
        if (!head.startsWith(MAGIC) || bytes[HEADER_BYTES - 1] != '\n') {
            throw new IOException("control snapshot of an unknown form: " + path + " starts with '" + head + "'");
        }
        if (!head.substring(MAGIC.length()).equals(String.format("%08x", crc(bytes, HEADER_BYTES)))) {
            throw new IOException("damaged control snapshot: checksum of " + path + " does not match");
        }
        state.load(mapper.readValue(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, ControlState.Image.class));
        state.verify();
    }

    private static int crc(byte[] bytes, int from) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, bytes.length - from);
        return (int) crc.getValue();
    }
}
