/** The control machine on its replicated log, and the work that follows from it. */
@NullMarked
package io.sluice.tenantmanager.service;

import org.jspecify.annotations.NullMarked;
