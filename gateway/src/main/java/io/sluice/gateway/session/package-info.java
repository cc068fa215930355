/** Sessions between the protocols and the shards: producers, consumers, flow. */
@NullMarked
package io.sluice.gateway.session;

import org.jspecify.annotations.NullMarked;
