/** Storages that are right but for one defect: the laws are worth what they find here. */
@NullMarked
package io.storeway.kv.wrong;

import org.jspecify.annotations.NullMarked;
