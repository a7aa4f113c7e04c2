/**
 * Comparing. {@code Verification} compares {@code SlotDigests} of both sides, {@code DifferenceFinder} names what differs;
 * {@code ContinuousVerification} goes round after round from {@code VerifiedTo}; {@code SelfTest} plants defects to show that a
 * comparison finds them.
 */
@NullMarked
package io.storeway.migrate.internal.verification;

import org.jspecify.annotations.NullMarked;
