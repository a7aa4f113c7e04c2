/** What a storage does, told to those who watch: metrics, logs, Java Flight Recorder. */
@NullMarked
package io.storeway.observe;

import org.jspecify.annotations.NullMarked;
