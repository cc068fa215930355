package io.sluice.gateway.json;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.MessageFormat;
import io.sluice.protocol.MessageReader;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.ConsumerClosed;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.GoAway;
import io.sluice.protocol.frame.Throttled;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The JSON form of what a session tells its client. Stateless. */
final class JsonFrames {
    private JsonFrames() {}

    static JsonObject op(String op, @Nullable Object id) {
        JsonObject json = new JsonObject().put("op", op);
        return id == null ? json : json.put("id", id);
    }

    static JsonObject refused(String op, @Nullable Object id, ErrorCode code, String message) {
        return op(op, id).put("code", code.name()).put("message", message);
    }

    /** A frame that becomes one object. */
    static JsonObject toJson(Frame frame) {
        if (frame instanceof Connected connected) {
            return op("connected", null)
                    .put("node", connected.node())
                    .put("session", connected.session())
                    .put("maxMessageBytes", connected.maxMessageBytes())
                    .put("heartbeatMs", connected.heartbeatMs());
        }
        if (frame instanceof Throttled throttled) {
            return op("throttled", null)
                    .put("limit", throttled.limit())
                    .put("scope", throttled.scope())
                    .put("waitMs", throttled.waitMs())
                    .put("tokensLeft", throttled.tokensLeft());
        }
        if (frame instanceof ConsumerClosed closed) {
            return refused("unsubscribed", null, closed.code(), closed.message())
                    .put("consumer", closed.handle());
        }
        if (frame instanceof GoAway goAway) {
            return refused("goaway", null, goAway.code(), goAway.message())
                    .put("endpoints", new JsonArray(goAway.endpoints()));
        }
        return op(frame.type().name().toLowerCase(Locale.ROOT), null);
    }

    /** One object for each message. */
    static void deliveries(Deliver deliver, String queue, Consumer<JsonObject> each) {
        ByteBuffer messages = deliver.messages();
        int position = messages.position();
        for (int i = 0; i < deliver.count(); i++) {
            JsonObject json = op("deliver", null)
                    .put("consumer", deliver.handle())
                    .put("tag", deliver.firstTag() + i)
                    .put("deliveryCount", deliver.deliveryCount())
                    .put("queue", queue)
                    .put("timestampMs", deliver.timestampMs());
            message(messages, position, json);
            each.accept(json);
            position += MessageFormat.sizeBytes(messages, position);
        }
    }

    private static void message(ByteBuffer messages, int position, JsonObject json) {
        int flags = MessageFormat.flags(messages, position);
        if ((flags & MessageFormat.HAS_KEY) != 0) {
            json.put("key", MessageFormat.key(messages, position));
        }
        Map<String, String> headers = MessageReader.headers(messages, position);
        if (!headers.isEmpty()) {
            JsonObject fields = new JsonObject();
            headers.forEach(fields::put);
            json.put("headers", fields);
        }
        if ((flags & MessageFormat.HAS_PRIORITY) != 0) {
            json.put("priority", MessageFormat.priority(messages, position));
        }
        body(messages, position, flags, json);
    }

    /** Text where the body is UTF-8, else Base64. */
    private static void body(ByteBuffer messages, int position, int flags, JsonObject json) {
        byte[] body = MessageReader.body(messages, position);
        boolean compressed = (flags & MessageFormat.COMPRESSED_LZ4) != 0;
        if (compressed) {
            json.put("compression", "lz4")
                    .put("uncompressedBytes", MessageFormat.uncompressedBytes(messages, position));
        }
        String text = compressed ? null : utf8(body);
        if (text == null) {
            json.put("bodyBase64", Base64.getEncoder().encodeToString(body));
        } else {
            json.put("body", text);
        }
    }

    private static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
