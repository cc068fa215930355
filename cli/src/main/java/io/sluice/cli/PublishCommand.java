package io.sluice.cli;

import io.sluice.client.ClientListener;
import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes messages from the arguments, or one a line from standard input; done when each is confirmed. */
@Command(
        name = "publish",
        description = "Publish messages: the arguments, or else standard input, one a line.",
        mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {
    private static final long OUTCOME_TIMEOUT_MS = 60_000;

    @Mixin
    private ClientConnection connection;

    @Parameters(index = "0", paramLabel = "GROUP/QUEUE")
    private String address;

    @Parameters(index = "1..*", paramLabel = "MESSAGE")
    private List<String> messages = List.of();

    @Option(names = "--message-key", defaultValue = "", description = "key of each message")
    private String messageKey;

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "a header of each message")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(names = "--ttl-ms", defaultValue = "0", description = "life of each message")
    private long ttlMs;

    @Option(names = "--delay-ms", defaultValue = "0", description = "delay before the first delivery")
    private long delayMs;

    @Spec
    private CommandSpec spec;

    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicReference<String> firstRejection = new AtomicReference<>("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        String[] parts = Addresses.split(address);
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        try (SluiceClient client = connection.connect(ClientListener.NONE);
                Publisher publisher = client.publisher(parts[0])) {
            publishAll(publisher, parts[1], progress);
            if (!publisher.awaitOutcomes(OUTCOME_TIMEOUT_MS)) {
                throw new CliException("no outcome for some messages within " + OUTCOME_TIMEOUT_MS / 1000 + " s; "
                        + confirmed.get() + " were confirmed");
            }
        }
        progress.end("published " + confirmed.get() + ", each on disk");
        if (rejected.get() > 0) {
            throw new CliException(rejected.get() + " of " + (rejected.get() + confirmed.get())
                    + " messages were rejected, the first: " + firstRejection.get());
        }
        return 0;
    }

    private void publishAll(Publisher publisher, String queue, ProgressLine progress) throws IOException {
        if (!messages.isEmpty()) {
            messages.forEach(message -> publish(publisher, queue, message));
            return;
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            publish(publisher, queue, line);
            progress.update(() -> "published " + confirmed.get());
        }
    }

    private void publish(Publisher publisher, String queue, String body) {
        Message message = Message.of(body)
                .withKey(messageKey)
                .withHeaders(headers)
                .withTtlMs(ttlMs)
                .withDelayMs(delayMs);
        publisher.publish(queue, message, (sequence, rejection) -> {
            if (rejection == null) {
                confirmed.incrementAndGet();
            } else {
                rejected.incrementAndGet();
                firstRejection.compareAndSet("", String.valueOf(rejection.getMessage()));
            }
        });
    }
}
