/**
 * The promises that every storage and every key-value store keeps, as laws that run without a test engine. Begin with
 * {@link Conformance} (storages) or {@link KeyValueConformance} (key-value stores); both run {@link Law}s and give a
 * {@link Verdict} on each. {@link io.storeway.testkit.junit} makes tests of them.
 *
 * <ul>
 *   <li><b>What a law runs with</b>: {@code Evidence} counts the cases that had an effect; {@code LawContext} opens
 *       storages, {@code StoreContext} key-value stores. {@code LawTypes} are the entity types, {@code Given} inserts
 *       the first records, {@code Clients} runs concurrent clients under a {@code ClientLoad}.
 *   <li><b>Stateful laws</b>: random lists of {@code Command}s ({@code CommandLists}, {@code Shape}) run on a
 *       storage ({@code Interpreter}) and on a sorted map ({@code Model}); {@code ModelLaw} compares the answers.
 *       {@code StoreCommand}, {@code StoreRun}, {@code StoreModel} and {@code StoreModelLaw} do the same for key-value
 *       stores. {@code Shortest} shortens a failing list, {@code Corpus} replays those that failed before;
 *       {@link Differential} compares two storages instead.
 *   <li><b>Laws of storages</b>, by subject: {@code ValueLaws}, {@code ConverterLaws}, {@code LimitLaws};
 *       {@code ConstraintLaws}, {@code TreeLaws}; {@code QueryLaws}, {@code PageLaws}, {@code LinkLaws};
 *       {@code AppendLaws}, {@code PurgeLaws}; {@code UnitLaws}, {@code VersionLaws}, {@code OperationLaws},
 *       {@code ConcurrencyLaws}, {@code FaultLaws}; {@code LifecycleLaws}, {@code SecurityLaws}; {@code ReplicaLaws} and
 *       {@code ReplicaAuthorityLaws} for migrations.
 *   <li><b>Laws of key-value stores</b>: {@code KeyValueLaws} lists them; {@code StoreKeyLaws},
 *       {@code StoreValueLaws}, {@code StoreListLaws}, {@code StoreCommitLaws}, {@code StoreManyLaws},
 *       {@code StoreClientLaws}, {@code StoreLifecycleLaws}.
 *   <li><b>Declined capabilities</b>: {@code RefusalChecks} and {@code StoreRefusals} check that what is declined is
 *       refused.
 * </ul>
 */
@NullMarked
package io.storeway.testkit.laws;

import org.jspecify.annotations.NullMarked;
