package io.sluice.tenantmanager.rest;

import io.sluice.tenantmanager.control.ControlCommand;
import io.sluice.tenantmanager.control.ControlResult;
import io.sluice.tenantmanager.control.ControlResult.Done;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import io.sluice.tenantmanager.service.ControlService;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests that change something: through the log, then answered once the data shards confirmed it. */
final class Changes {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
    static final String WHO = "admin";
    private static final long CONFIRM_WAIT_MS = 5_000;

    private final ControlService control;

    Changes(ControlService control) {
        this.control = control;
    }

    /** Performs the command, or tells what it would do where the request is a dry run, and answers the view of the outcome. */
    void run(Request request, ControlCommand command, Function<Done, JsonObject> view) {
        run(request, command, view, done -> null);
    }

    /** @param flaw why it did not come about after all, once nothing is open any more, or null */
    void run(
            Request request,
            ControlCommand command,
            Function<Done, JsonObject> view,
            Function<Done, @Nullable Problem> flaw) {
        if (request.dryRun()) {
            preview(request, command);
            return;
        }
        control.propose(command, WHO, request.remoteAddress())
                .onFailure(failure -> failed(request, failure))
                .onSuccess(result -> {
                    if (result instanceof Refused refused) {
                        request.refuse(Problem.of(refused));
                    } else if (result instanceof Done done) {
                        settle(request, command, done, view, flaw);
                    }
                });
    }

    private void preview(Request request, ControlCommand command) {
        ControlResult result = control.preview(command);
        if (result instanceof Refused refused) {
            request.refuse(Problem.of(refused));
        } else if (result instanceof Done done) {
            request.answer(
                    200,
                    new JsonObject()
                            .put("dryRun", true)
                            .put("created", done.created())
                            .put("changes", Views.changes(done.changes())));
        }
    }

    private void settle(
            Request request,
            ControlCommand command,
            Done done,
            Function<Done, JsonObject> view,
            Function<Done, @Nullable Problem> flaw) {
        if (done.tasks().isEmpty()) {
            answer(request, done, view);
            return;
        }
        control.settled(done.tasks(), request.asynchronous() ? 1 : CONFIRM_WAIT_MS)
                .onFailure(failure -> failed(request, failure))
                .onSuccess(inForce -> {
                    Problem problem = inForce ? flaw.apply(done) : null;
                    if (problem != null) {
                        request.refuse(problem);
                    } else if (inForce) {
                        answer(request, done, view);
                    } else {
                        pending(request, command, done, view);
                    }
                });
    }

    private void answer(Request request, Done done, Function<Done, JsonObject> view) {
        control.spread()
                .onComplete(any -> request.answer(
                        done.created() ? 201 : 200, view.apply(done).put("changes", Views.changes(done.changes()))));
    }

    private static void pending(Request request, ControlCommand command, Done done, Function<Done, JsonObject> view) {
        String target = command.target();
        int colon = target.indexOf(':');
        String see = "/v1/pending?tenant=" + (colon < 0 ? target : target.substring(0, colon));
        request.ctx().response().putHeader("Location", see);
        request.answer(
                202,
                view.apply(done)
                        .put("changes", Views.changes(done.changes()))
                        .put("status", "pending")
                        .put("see", see));
    }

    /** Answers what went wrong behind the interface. */
    static void failed(Request request, Throwable failure) {
        Problem problem = Problem.of(failure);
        if (problem.status() == 500) {
            LOG.error(
                    "{} {} failed",
                    request.ctx().request().method(),
                    request.ctx().request().path(),
                    failure);
        }
        request.refuse(problem);
    }
}
