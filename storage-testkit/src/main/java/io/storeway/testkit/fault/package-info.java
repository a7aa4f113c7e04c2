/** Injects faults into stores, storages, data sources, networks and processes. */
@NullMarked
package io.storeway.testkit.fault;

import org.jspecify.annotations.NullMarked;
