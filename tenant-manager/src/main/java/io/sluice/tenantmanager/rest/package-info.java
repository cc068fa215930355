/** The admin REST interface under /v1. */
@NullMarked
package io.sluice.tenantmanager.rest;

import org.jspecify.annotations.NullMarked;
