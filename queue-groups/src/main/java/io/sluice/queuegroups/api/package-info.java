/** What other modules may use of the queue groups. */
@NullMarked
package io.sluice.queuegroups.api;

import org.jspecify.annotations.NullMarked;
