/** What the tenant manager asks of the node it runs in. */
@NullMarked
package io.sluice.tenantmanager.spi;

import org.jspecify.annotations.NullMarked;
