/** Tenants, credentials, plans, admission and the admin REST API. */
@NullMarked
package io.sluice.tenantmanager;

import org.jspecify.annotations.NullMarked;
