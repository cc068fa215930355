package io.sluice.benchmark;

import io.sluice.client.ClientOptions;
import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;

/** Publishes for several tenants as fast as they are let, until the process is ended: {@code host:port tenant=key …}. */
final class Flooder {
    private Flooder() {}

    public static void main(String[] args) {
        for (int i = 1; i < args.length; i++) {
            String[] tenantAndKey = args[i].split("=", 2);
            Thread thread = new Thread(() -> flood(args[0], tenantAndKey[0], tenantAndKey[1]), tenantAndKey[0]);
            thread.start();
        }
    }

    private static void flood(String seed, String tenant, String key) {
        SluiceClient client = SluiceClient.connect(ClientOptions.builder()
                .seeds(seed)
                .tenant(tenant)
                .key(key)
                .name("flood")
                .build());
        Publisher publisher = client.publisher("bench", PublisherOptions.DEFAULT.withCallbacksOnEventLoop(true));
        Sender sender = new Sender(publisher, "q", 256);
        sender.record(false);
        sender.flood(Long.MAX_VALUE / 4);
    }
}
