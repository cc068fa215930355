/** Rates that hold over all nodes together: tokens leased from the cluster's buckets and spent locally. */
@NullMarked
package io.sluice.tenantmanager.lease;

import org.jspecify.annotations.NullMarked;
