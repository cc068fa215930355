package io.sluice.client;

import io.sluice.protocol.Message;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** Compresses bodies with LZ4 and gets them back, never more than was announced and allowed. Safe for any thread. */
final class BodyCodec {
    private static final LZ4Factory LZ4 = LZ4Factory.fastestJavaInstance();

    private BodyCodec() {}

    /** The message with its body compressed where it is large enough and at least an eighth is saved, else as it is. */
    static Message compress(Message message, int aboveBytes) {
        byte[] body = message.body();
        if (aboveBytes <= 0 || body.length < aboveBytes || message.uncompressedBytes() >= 0) {
            return message;
        }
        LZ4Compressor compressor = LZ4.fastCompressor();
        byte[] target = new byte[compressor.maxCompressedLength(body.length)];
        int bytes = compressor.compress(body, 0, body.length, target, 0);
        return bytes > body.length - body.length / 8
                ? message
                : message.withCompressedBody(Arrays.copyOf(target, bytes), body.length);
    }

    /**
     * The body before compression.
     *
     * @throws DamagedBodyException where it is not what was announced, or more than allowed
     */
    static byte[] decompress(byte[] compressed, int uncompressedBytes, int maxBytes) {
        if (uncompressedBytes < 0 || uncompressedBytes > maxBytes) {
            throw new DamagedBodyException(
                    "a body of " + uncompressedBytes + " bytes, at most " + maxBytes + " are allowed (maxBodyBytes)",
                    null);
        }
        LZ4SafeDecompressor decompressor = LZ4.safeDecompressor();
        byte[] body = new byte[uncompressedBytes];
        try {
            int bytes = decompressor.decompress(compressed, 0, compressed.length, body, 0, body.length);
            if (bytes != uncompressedBytes) {
                throw new DamagedBodyException(
                        "a body of " + bytes + " bytes, announced were " + uncompressedBytes, null);
            }
            return body;
        } catch (LZ4Exception e) {
            throw new DamagedBodyException("a body that is not LZ4", e);
        }
    }
}
