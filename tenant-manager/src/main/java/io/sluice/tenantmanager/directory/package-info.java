/** Who may connect and what exists: the picture of tenants that sessions read. */
@NullMarked
package io.sluice.tenantmanager.directory;

import org.jspecify.annotations.NullMarked;
