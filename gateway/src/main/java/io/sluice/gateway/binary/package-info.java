/** The binary protocol over TCP and WebSocket. */
@NullMarked
package io.sluice.gateway.binary;

import org.jspecify.annotations.NullMarked;
