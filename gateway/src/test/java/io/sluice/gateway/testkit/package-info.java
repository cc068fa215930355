/** A gateway without its surroundings: fakes of shards, tenants, loops and clients. */
@NullMarked
package io.sluice.gateway.testkit;

import org.jspecify.annotations.NullMarked;
