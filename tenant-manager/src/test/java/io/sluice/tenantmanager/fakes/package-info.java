/** Stand-ins for what surrounds the tenant manager. */
@NullMarked
package io.sluice.tenantmanager.fakes;

import org.jspecify.annotations.NullMarked;
