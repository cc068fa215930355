/** The replicated log: segments, consensus and snapshots. */
@NullMarked
package io.sluice.log;

import org.jspecify.annotations.NullMarked;
