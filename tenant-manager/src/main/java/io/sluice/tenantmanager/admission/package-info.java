/** Rates and quotas of tenants, decided from local memory. */
@NullMarked
package io.sluice.tenantmanager.admission;

import org.jspecify.annotations.NullMarked;
