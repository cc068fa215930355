/** Append-only segment files: the log's records on disk, found again by index. Knows nothing of consensus. */
@NullMarked
package io.sluice.log.segment;

import org.jspecify.annotations.NullMarked;
