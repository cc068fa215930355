package io.sluice.gateway.simulation;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** The clustered event bus: one receiver an address; between nodes bodies travel in their wire form, and may be lost. */
final class SimBus {
    private final World world;
    private final Network network;
    private final Map<String, Receiver> receivers = new HashMap<>();
    /** Messages between nodes for which this holds never arrive: to see what they are for. */
    Predicate<Object> dropped = body -> false;

    private record Receiver(Process process, Handler<Message<Object>> handler) {}

    SimBus(World world, Network network) {
        this.world = world;
        this.network = network;
    }

    /** Registrations of a dead process go after a while, as the grid notices. */
    void died(Process process) {
        world.after(
                world.drawNs(1_000, 3_000_000),
                () -> receivers.values().removeIf(receiver -> receiver.process == process));
    }

    /** One process's event bus; its methods are called through {@link Proxies}. */
    public final class End {
        private final Process process;
        private final Map<String, MessageCodec<Object, Object>> codecs = new HashMap<>();

        End(Process process) {
            this.process = process;
        }

        @SuppressWarnings("unchecked")
        public EventBus registerCodec(MessageCodec<?, ?> codec) {
            codecs.put(codec.name(), (MessageCodec<Object, Object>) codec);
            return null;
        }

        public EventBus unregisterCodec(String name) {
            codecs.remove(name);
            return null;
        }

        public MessageConsumer<Object> consumer(String address, Handler<Message<Object>> handler) {
            receivers.put(address, new Receiver(process, handler));
            return Proxies.of(MessageConsumer.class, new Registration(address));
        }

        public EventBus send(String address, Object body, DeliveryOptions options) {
            transfer(address, body, options, null);
            return null;
        }

        public MessageProducer<Object> sender(String address, DeliveryOptions options) {
            return Proxies.of(MessageProducer.class, new Producer(this, address, options));
        }

        public Future<Message<Object>> request(String address, Object body, DeliveryOptions options) {
            Promise<Message<Object>> reply = Promise.promise();
            process.after(
                    options.getSendTimeout() * World.MILLI_NS,
                    () -> reply.tryFail(new ReplyException(ReplyFailure.TIMEOUT)));
            transfer(address, body, options, reply).onFailure(reply::tryFail);
            return reply.future();
        }

        private Future<Void> transfer(
                String address, Object body, DeliveryOptions options, Promise<Message<Object>> reply) {
            Receiver receiver = receivers.get(address);
            Promise<Void> written = Promise.promise();
            if (receiver == null) {
                process.after(0, () -> written.fail(new ReplyException(ReplyFailure.NO_HANDLERS)));
                return written.future();
            }
            process.after(0, written::complete);
            String to = receiver.process.node;
            Object sent = onWire(options.getCodecName(), body, to);
            if (!network.losesOnBus(process.node, to) && !(dropped.test(sent) && !to.equals(process.node))) {
                carry(receiver, sent, reply);
                if (network.repeatsOnBus(process.node, to)) {
                    carry(receiver, sent, reply);
                }
            }
            return written.future();
        }

        private void carry(Receiver receiver, Object body, Promise<Message<Object>> reply) {
            network.carry(
                    "bus",
                    process.node,
                    receiver.process.node,
                    () -> receiver.process.after(0, () -> {
                        receiver.handler.handle(Proxies.of(Message.class, new Received(this, receiver, body, reply)));
                    }));
        }

        private Object onWire(String codecName, Object body, String to) {
            MessageCodec<Object, Object> codec = codecs.get(codecName);
            if (codec == null || to.equals(process.node)) {
                return body;
            }
            Buffer wire = Buffer.buffer();
            codec.encodeToWire(wire, body);
            return codec.decodeFromWire(0, wire);
        }
    }

    public record Producer(End end, String address, DeliveryOptions options) {
        public Future<Void> write(Object body) {
            return end.transfer(address, body, options, null);
        }
    }

    public final class Registration {
        private final String address;

        Registration(String address) {
            this.address = address;
        }

        public Future<Void> unregister() {
            receivers.remove(address);
            return Future.succeededFuture();
        }
    }

    /** A message as its receiver sees it. */
    public final class Received {
        private final End sender;
        private final Receiver receiver;
        private final Object body;
        private final Promise<Message<Object>> reply;

        Received(End sender, Receiver receiver, Object body, Promise<Message<Object>> reply) {
            this.sender = sender;
            this.receiver = receiver;
            this.body = body;
            this.reply = reply;
        }

        public Object body() {
            return body;
        }

        public void reply(Object answer) {
            back(() -> reply.tryComplete(Proxies.of(Message.class, new Received(sender, receiver, answer, null))));
        }

        public void reply(Object answer, DeliveryOptions options) {
            reply(answer);
        }

        public void fail(int code, String message) {
            back(() -> reply.tryFail(new ReplyException(ReplyFailure.RECIPIENT_FAILURE, code, message)));
        }

        private void back(Runnable answer) {
            if (reply != null) {
                network.carry("bus", receiver.process.node, sender.process.node, () -> sender.process.after(0, answer));
            }
        }
    }
}
