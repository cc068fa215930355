/** JRaft's messages between nodes over Vert.x sockets. */
@NullMarked
package io.sluice.log.rpc;

import org.jspecify.annotations.NullMarked;
