/** Tests with several JVMs, faults and upgrades. */
@NullMarked
package io.sluice.systemtests;

import org.jspecify.annotations.NullMarked;
