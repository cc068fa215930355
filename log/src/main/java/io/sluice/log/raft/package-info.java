/** The replicated log on JRaft: storage, state machine and node. The only package, beside {@code rpc}, that names JRaft. */
@NullMarked
package io.sluice.log.raft;

import org.jspecify.annotations.NullMarked;
