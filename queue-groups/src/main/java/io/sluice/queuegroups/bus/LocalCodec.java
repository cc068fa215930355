package io.sluice.queuegroups.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Hands receivers on this node the same immutable object; between nodes the object travels in its {@link WireForm}. */
final class LocalCodec<T> implements MessageCodec<T, T> {
    private final String name;
    private final WireForm<T> wire;

    LocalCodec(String name, WireForm<T> wire) {
        this.name = name;
        this.wire = wire;
    }

    /** How an object is written for another node; the first byte of what is written is the form's version. */
    interface WireForm<T> {
        void write(Buffer target, T value);

        T read(Buffer source, int position);
    }

    @Override
    public void encodeToWire(Buffer buffer, T value) {
        wire.write(buffer, value);
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
        return wire.read(buffer, position);
    }

    @Override
    public T transform(T value) {
        return value;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
