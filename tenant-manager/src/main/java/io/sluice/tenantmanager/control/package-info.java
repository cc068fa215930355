/** The control shard's pure machine: tenants, plans, keys, definitions, and what the data shards still have to be told. */
@NullMarked
package io.sluice.tenantmanager.control;

import org.jspecify.annotations.NullMarked;
