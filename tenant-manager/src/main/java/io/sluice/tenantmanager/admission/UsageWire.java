package io.sluice.tenantmanager.admission;

import io.sluice.tenantmanager.api.ShardUsage;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reports between nodes, big-endian: {@code u8 version, u8 kind}, then of a shard {@code u32 shard, u32 count}, of a node {@code u16 length, name, u32 count}; then per tenant
 * {@code u64 id} and two {@code u64} figures.
 */
final class UsageWire {
    static final byte VERSION = 1;
    static final byte SHARD = 1;
    static final byte NODE = 2;
    private static final int TENANT_BYTES = 24;

    private UsageWire() {}

    static Buffer write(ShardUsage usage) {
        Buffer out = head(SHARD, usage.tenants().size())
                .appendInt(usage.shard())
                .appendInt(usage.tenants().size());
        usage.tenants()
                .forEach(tenant -> out.appendLong(tenant.tenantId())
                        .appendLong(tenant.storageBytes())
                        .appendLong(tenant.unackedMessages()));
        return out;
    }

    static Buffer write(NodeUsage usage) {
        byte[] name = usage.node().getBytes(StandardCharsets.UTF_8);
        Buffer out = head(NODE, usage.tenants().size())
                .appendShort((short) name.length)
                .appendBytes(name)
                .appendInt(usage.tenants().size());
        usage.tenants()
                .forEach(tenant -> out.appendLong(tenant.tenantId())
                        .appendLong(tenant.connections())
                        .appendLong(tenant.reservedUnacked()));
        return out;
    }

    private static Buffer head(byte kind, int count) {
        return Buffer.buffer(32 + count * TENANT_BYTES).appendByte(VERSION).appendByte(kind);
    }

    static ShardUsage shard(Buffer in) {
        int shard = in.getInt(2);
        int count = in.getInt(6);
        List<ShardUsage.Tenant> tenants = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = 10 + i * TENANT_BYTES;
            tenants.add(new ShardUsage.Tenant(in.getLong(at), in.getLong(at + 8), in.getLong(at + 16)));
        }
        return new ShardUsage(shard, tenants);
    }

    static NodeUsage node(Buffer in) {
        int length = in.getUnsignedShort(2);
        String name = in.getString(4, 4 + length);
        int count = in.getInt(4 + length);
        List<NodeUsage.Tenant> tenants = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = 8 + length + i * TENANT_BYTES;
            tenants.add(new NodeUsage.Tenant(in.getLong(at), in.getLong(at + 8), in.getLong(at + 16)));
        }
        return new NodeUsage(name, tenants);
    }
}
