/** What other modules may use of the tenant manager. */
@NullMarked
package io.sluice.tenantmanager.api;

import org.jspecify.annotations.NullMarked;
