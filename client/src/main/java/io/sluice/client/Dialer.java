package io.sluice.client;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Connect;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Features;
import io.sluice.protocol.frame.Frame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.concurrent.TimeUnit;

/** Makes one connection: TCP, TLS, CONNECT and its answer. <em>Confined to:</em> the client's event loop. */
final class Dialer {
    private static final long FEATURES = Features.SETTLED | Features.LZ4;

    private final Vertx vertx;
    private final Context loop;
    private final ClientOptions options;
    private final NetClient net;

    /** A connection that the server accepted. */
    record Dialed(Endpoint endpoint, Link link, Connected connected) {}

    Dialer(Vertx vertx, Context loop, ClientOptions options) {
        this.vertx = vertx;
        this.loop = loop;
        this.options = options;
        this.net = vertx.createNetClient(netOptions(options));
    }

    private static NetClientOptions netOptions(ClientOptions options) {
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout((int) options.connectTimeoutMs())
                .setTcpNoDelay(true);
        if (options.tls()) {
            net.setSsl(true)
                    .setHostnameVerificationAlgorithm("HTTPS")
                    .setSslHandshakeTimeout(options.connectTimeoutMs())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        }
        if (options.trustPem() != null) {
            net.setTrustOptions(
                    new PemTrustOptions().addCertPath(options.trustPem().toString()));
        }
        return net;
    }

    /** Fails with a {@link SluiceException}: UNAVAILABLE where no server answered, else with the server's code. */
    Future<Dialed> dial(Endpoint endpoint, byte[] resumeToken) {
        return net.connect(endpoint.port(), endpoint.host())
                .recover(failure -> Future.failedFuture(new SluiceException(
                        ErrorCode.UNAVAILABLE, "no connection to " + endpoint + ": " + reason(failure))))
                .compose(socket -> greet((NetSocketInternal) socket, endpoint, resumeToken));
    }

    /** With the cause, which alone says what a TLS handshake failed for. */
    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == failure
                ? String.valueOf(failure.getMessage())
                : failure.getMessage() + " (" + root.getMessage() + ")";
    }

    private Future<Dialed> greet(NetSocketInternal socket, Endpoint endpoint, byte[] resumeToken) {
        Promise<Dialed> promise = Promise.promise();
        Link link = new Link(socket, loop, options.maxFrameBytes());
        long timer = vertx.setTimer(options.connectTimeoutMs(), id -> {
            link.close();
            promise.tryFail(new SluiceException(
                    ErrorCode.UNAVAILABLE,
                    endpoint + " did not answer CONNECT within " + options.connectTimeoutMs() + " ms"));
        });
        link.handlers(
                frame -> answer(frame, endpoint, link, promise),
                reason -> promise.tryFail(new SluiceException(ErrorCode.UNAVAILABLE, endpoint + ": " + reason)));
        link.send(new Connect(
                Connect.VERSION,
                Connect.VERSION,
                FEATURES,
                options.heartbeatMs(),
                options.tenant(),
                options.key(),
                options.name(),
                resumeToken));
        return promise.future().onComplete(result -> vertx.cancelTimer(timer));
    }

    private static void answer(Frame frame, Endpoint endpoint, Link link, Promise<Dialed> promise) {
        if (frame instanceof Connected connected) {
            promise.tryComplete(new Dialed(endpoint, link, connected));
            return;
        }
        link.close();
        if (frame instanceof Failure failure) {
            promise.tryFail(new SluiceException(failure.code(), failure.message()));
        } else {
            promise.tryFail(
                    new SluiceException(ErrorCode.UNAVAILABLE, "the server answered CONNECT with " + frame.type()));
        }
    }

    void close() {
        net.close();
    }
}
