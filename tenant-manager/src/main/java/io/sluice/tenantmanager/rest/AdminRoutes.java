package io.sluice.tenantmanager.rest;

import io.sluice.tenantmanager.admission.AdmissionControl;
import io.sluice.tenantmanager.api.TenantManager;
import io.sluice.tenantmanager.service.ControlService;
import io.sluice.tenantmanager.spi.ClusterView;
import io.sluice.tenantmanager.spi.DataShards;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The routes of the admin interface: token, body, check against the OpenAPI description, handler. */
public final class AdminRoutes {
    private static final String DESCRIPTION = "io/sluice/tenantmanager/openapi.yaml";

    private AdminRoutes() {}

    /** Reads the OpenAPI description and builds the routes for paths under {@code /v1/}. */
    public static Future<Router> create(
            Vertx vertx,
            ControlService control,
            AdmissionControl admission,
            DataShards shards,
            ClusterView cluster,
            TenantManager.Settings settings) {
        Changes changes = new Changes(control);
        TenantHandlers tenants = new TenantHandlers(control.state(), changes, admission, shards, cluster);
        GroupHandlers groups = new GroupHandlers(control, changes, shards);
        OperatorHandlers operator = new OperatorHandlers(control.state(), changes, cluster);
        Map<String, Consumer<Request>> handlers = new LinkedHashMap<>();
        addTenants(handlers, tenants);
        addGroups(handlers, groups);
        addOperator(handlers, operator, new NodeHandlers(control.state(), changes, cluster));
        return vertx.fileSystem()
                .readFile(DESCRIPTION)
                .compose(text -> OpenAPIContract.from(vertx, checked(text))
                        .map(contract -> router(vertx, contract, text, handlers, settings)));
    }

    /** The description as the library takes it: it knows no problem details as a response, and responses are not checked by it here. */
    private static JsonObject checked(Buffer description) {
        String text = description.toString().replace("application/problem+json", "application/json");
        Object loaded = new Load(LoadSettings.builder().build()).loadFromString(text);
        if (loaded instanceof Map<?, ?> map) {
            JsonObject contract = new JsonObject();
            map.forEach((key, value) -> contract.put(String.valueOf(key), value));
            return new JsonObject(contract.toBuffer());
        }
        throw new IllegalStateException(DESCRIPTION + " is not a map");
    }

    private static void addTenants(Map<String, Consumer<Request>> handlers, TenantHandlers tenants) {
        handlers.put("listTenants", tenants::list);
        handlers.put("getTenant", tenants::get);
        handlers.put("putTenant", tenants::put);
        handlers.put("patchTenant", tenants::patch);
        handlers.put("deleteTenant", tenants::delete);
        handlers.put("suspendTenant", tenants::suspend);
        handlers.put("resumeTenant", tenants::resume);
        handlers.put("getUsage", tenants::usage);
        handlers.put("listKeys", tenants::listKeys);
        handlers.put("makeKey", tenants::makeKey);
        handlers.put("revokeKey", tenants::revokeKey);
    }

    private static void addGroups(Map<String, Consumer<Request>> handlers, GroupHandlers groups) {
        handlers.put("listGroups", groups::list);
        handlers.put("getGroup", groups::get);
        handlers.put("putGroup", groups::put);
        handlers.put("patchGroup", groups::patch);
        handlers.put("deleteGroup", groups::delete);
        handlers.put("moveGroup", groups::move);
        handlers.put("listQueues", groups::listQueues);
        handlers.put("getQueue", groups::getQueue);
        handlers.put("putQueue", groups::putQueue);
        handlers.put("patchQueue", groups::patchQueue);
        handlers.put("deleteQueue", groups::deleteQueue);
        handlers.put("purgeQueue", groups::purge);
    }

    private static void addOperator(
            Map<String, Consumer<Request>> handlers, OperatorHandlers operator, NodeHandlers nodes) {
        handlers.put("listPlans", operator::listPlans);
        handlers.put("getPlan", operator::getPlan);
        handlers.put("putPlan", operator::putPlan);
        handlers.put("listPending", operator::pending);
        handlers.put("getCluster", operator::cluster);
        handlers.put("addNode", nodes::add);
        handlers.put("removeNode", nodes::remove);
        handlers.put("listAudit", operator::audit);
    }

    private static Router router(
            Vertx vertx,
            OpenAPIContract contract,
            Buffer description,
            Map<String, Consumer<Request>> handlers,
            TenantManager.Settings settings) {
        Router router = Router.router(vertx);
        router.get("/v1/openapi.yaml")
                .handler(ctx -> ctx.response()
                        .putHeader("Content-Type", "application/yaml")
                        .end(description));
        router.route("/v1/*").handler(new AdminAuth(settings.adminToken()));
        router.route("/v1/*").handler(BodyHandler.create(false).setBodyLimit(settings.maxBodyBytes()));
        router.route("/*").subRouter(contractRouter(vertx, contract, handlers));
        router.route().failureHandler(new Failures(settings.maxBodyBytes()));
        router.errorHandler(
                404,
                ctx -> Problem.notFound(
                                "there is nothing at " + ctx.request().path() + "; GET /v1/openapi.yaml tells what is")
                        .send(ctx));
        router.errorHandler(
                405,
                ctx -> new Problem(
                                405,
                                "NOT_ALLOWED",
                                "This method is not for this path",
                                "",
                                ctx.request().method() + " is not possible at "
                                        + ctx.request().path() + "; GET /v1/openapi.yaml tells what is")
                        .send(ctx));
        return router;
    }

    private static Router contractRouter(
            Vertx vertx, OpenAPIContract contract, Map<String, Consumer<Request>> handlers) {
        RouterBuilder builder = RouterBuilder.create(vertx, contract, RequestExtractor.withBodyHandler());
        for (OpenAPIRoute route : builder.getRoutes()) {
            String operation = route.getOperation().getOperationId();
            Consumer<Request> handler = handlers.get(operation);
            if (handler == null) {
                throw new IllegalStateException("no handler for operation " + operation);
            }
            QueryCheck query = new QueryCheck(route.getOperation());
            route.setDoSecurity(false).addHandler(ctx -> handle(ctx, query, handler));
        }
        return builder.createRouter();
    }

    private static void handle(RoutingContext ctx, QueryCheck query, Consumer<Request> handler) {
        Request request = new Request(ctx);
        Problem problem = query.check(ctx);
        if (problem != null) {
            request.refuse(problem);
            return;
        }
        try {
            handler.accept(request);
        } catch (RequestReader.InvalidRequest e) {
            request.refuse(e.problem());
        }
    }
}
