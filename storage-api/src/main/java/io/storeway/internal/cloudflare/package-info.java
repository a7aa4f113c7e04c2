/** Requests to Cloudflare's REST API, for the backends that use it. Not for applications. */
@NullMarked
package io.storeway.internal.cloudflare;

import org.jspecify.annotations.NullMarked;
