/** What an application holds: storages, repositories, entity types and queries. */
@NullMarked
package io.storeway;

import org.jspecify.annotations.NullMarked;
