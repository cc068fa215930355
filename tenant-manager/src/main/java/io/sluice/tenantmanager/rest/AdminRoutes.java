package io.sluice.tenantmanager.rest;

import io.sluice.tenantmanager.admission.AdmissionControl;
import io.sluice.tenantmanager.api.TenantManager;
import io.sluice.tenantmanager.service.ControlService;
import io.sluice.tenantmanager.spi.ClusterView;
import io.sluice.tenantmanager.spi.DataShards;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** x. */
public final class AdminRoutes {
    private AdminRoutes() {}

    public static Future<Router> create(
            Vertx vertx,
            ControlService control,
            AdmissionControl admission,
            DataShards shards,
            ClusterView cluster,
            TenantManager.Settings settings) {
        return Future.succeededFuture(Router.router(vertx));
    }
}
