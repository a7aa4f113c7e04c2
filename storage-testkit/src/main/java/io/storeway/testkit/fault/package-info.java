/** Makes stores, storages, data sources, networks and processes fail on purpose. */
@NullMarked
package io.storeway.testkit.fault;

import org.jspecify.annotations.NullMarked;
