/** TCP and WebSocket listeners, sessions and protocol adapters. */
@NullMarked
package io.sluice.gateway;

import org.jspecify.annotations.NullMarked;
