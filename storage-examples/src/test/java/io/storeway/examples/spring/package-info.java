/** Storeway in a Spring application: one transaction for repositories and everything else that uses the DataSource. */
@NullMarked
package io.storeway.examples.spring;

import org.jspecify.annotations.NullMarked;
