/** What other modules may use of the gateway. */
@NullMarked
package io.sluice.gateway.api;

import org.jspecify.annotations.NullMarked;
