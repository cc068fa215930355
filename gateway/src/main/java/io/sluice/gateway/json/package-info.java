/** The JSON protocol over WebSocket. */
@NullMarked
package io.sluice.gateway.json;

import org.jspecify.annotations.NullMarked;
