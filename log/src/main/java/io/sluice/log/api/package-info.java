/** What other modules may use of the replicated log. */
@NullMarked
package io.sluice.log.api;

import org.jspecify.annotations.NullMarked;
