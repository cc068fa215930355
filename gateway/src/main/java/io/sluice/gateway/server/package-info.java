/** Listeners and event loops. */
@NullMarked
package io.sluice.gateway.server;

import org.jspecify.annotations.NullMarked;
