package io.sluice.gateway.simulation;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** As much of Vert.x as shards use, in one process of the simulation. Its methods are called through {@link Proxies}. */
public final class SimVertx {
    private final Process process;
    private final Vertx vertx;
    private final Context context;
    private final EventBus bus;
    private final Map<String, Deployable> deployed = new HashMap<>();
    private final Set<Long> timers = new HashSet<>();
    private long lastId;

    SimVertx(Process process, SimBus.End bus) {
        this.process = process;
        this.vertx = Proxies.of(Vertx.class, this);
        this.context = Proxies.of(Context.class, new SimContext());
        this.bus = Proxies.of(EventBus.class, bus);
    }

    Vertx vertx() {
        return vertx;
    }

    public EventBus eventBus() {
        return bus;
    }

    public Context getOrCreateContext() {
        return context;
    }

    public long setTimer(long delayMs, Handler<Long> handler) {
        long id = ++lastId;
        timers.add(id);
        process.after(delayMs * World.MILLI_NS, () -> {
            if (timers.remove(id)) {
                handler.handle(id);
            }
        });
        return id;
    }

    public long setPeriodic(long delayMs, Handler<Long> handler) {
        long id = ++lastId;
        timers.add(id);
        again(id, delayMs, handler);
        return id;
    }

    private void again(long id, long delayMs, Handler<Long> handler) {
        process.after(delayMs * World.MILLI_NS, () -> {
            if (timers.contains(id)) {
                handler.handle(id);
                again(id, delayMs, handler);
            }
        });
    }

    public boolean cancelTimer(long id) {
        return timers.remove(id);
    }

    public Timer timer(long delay, TimeUnit unit) {
        Promise<Void> elapsed = Promise.promise();
        setTimer(unit.toMillis(delay), id -> elapsed.complete());
        return Proxies.of(Timer.class, elapsed.future());
    }

    public Future<String> deployVerticle(Deployable verticle) {
        Promise<String> done = Promise.promise();
        String id = "v" + ++lastId;
        process.after(0, () -> {
            deployed.put(id, verticle);
            started(verticle).onComplete(result -> {
                if (result.succeeded()) {
                    done.complete(id);
                } else {
                    done.fail(result.cause());
                }
            });
        });
        return done.future();
    }

    private Future<?> started(Deployable verticle) {
        try {
            return verticle.deploy(context);
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    public Future<Void> undeploy(String id) {
        Promise<Void> done = Promise.promise();
        process.after(0, () -> {
            try {
                deployed.remove(id).undeploy(context).onComplete(stopped -> done.complete());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return done.future();
    }

    public <T> Future<T> executeBlocking(Callable<T> work) {
        Promise<T> done = Promise.promise();
        process.after(World.MILLI_NS, () -> {
            T result;
            try {
                result = work.call();
            } catch (Exception e) {
                done.fail(e);
                return;
            }
            done.complete(result);
        });
        return done.future();
    }

    /** One context for all: everything of a process runs in one thread here. */
    public final class SimContext {
        public void runOnContext(Handler<Void> task) {
            process.after(0, () -> task.handle(null));
        }

        public <T> Future<T> executeBlocking(Callable<T> work) {
            return SimVertx.this.executeBlocking(work);
        }

        public Vertx owner() {
            return vertx;
        }
    }
}
