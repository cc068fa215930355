package io.sluice.gateway.testkit;

import io.sluice.protocol.Message;
import io.sluice.protocol.MessageWriter;
import io.sluice.protocol.frame.Connect;
import io.sluice.protocol.frame.Features;
import io.sluice.protocol.frame.Publish;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Frames as clients send them. */
public final class TestClient {
    private TestClient() {}

    public static Connect connect(String tenant) {
        return connect(tenant, "key-of-" + tenant, new byte[0]);
    }

    public static Connect connect(String tenant, String key, byte[] resumeToken) {
        return new Connect(1, 1, Features.SETTLED, 0, tenant, key, "test", resumeToken);
    }

    /** A publish of messages with these bodies to one queue. */
    public static Publish publish(int handle, long firstSequence, String queue, String... bodies) {
        return publish(handle, firstSequence, queue, 0, bodies);
    }

    public static Publish publish(int handle, long firstSequence, String queue, int flags, String... bodies) {
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        for (String body : bodies) {
            messages.writeBytes(bytes(MessageWriter.toBuffer(Message.of(body))));
        }
        Publish.Section section = new Publish.Section(queue, bodies.length, messages.size());
        return new Publish(handle, flags, firstSequence, List.of(section), ByteBuffer.wrap(messages.toByteArray()));
    }

    /** A body of so many bytes. */
    public static String body(int bytes) {
        byte[] text = new byte[bytes];
        Arrays.fill(text, (byte) 'x');
        return new String(text, StandardCharsets.UTF_8);
    }

    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
