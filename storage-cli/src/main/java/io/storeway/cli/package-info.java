/**
 * The {@code storeway} command. Begin with {@link Storeway}, which lists the subcommands and handles errors; each
 * {@code …Command} class is one of them, with its options as fields.
 *
 * <ul>
 *   <li><b>Migrating</b>: {@code PlanCommand}, {@code MigrateCommand}, {@code VerifyCommand}, {@code StatusCommand},
 *       {@code RepairCommand}, {@code ExplainCommand}, {@code SchemaCommand}.
 *   <li><b>Residue</b>: {@code ErrorsCommand} with {@code ErrorsListCommand}, {@code ErrorsExportCommand},
 *       {@code ErrorsRetryCommand} and {@code ErrorsAcceptCommand}.
 *   <li><b>Live migrations</b>: {@code StageCommand}.
 *   <li><b>Whole key-value stores</b>: {@code ImportCommand}, {@code BackupCommand}, {@code RestoreCommand}.
 *   <li><b>Options that commands share</b>, as picocli mixins: {@code Pair} (catalog and both storages),
 *       {@code Target}, {@code StageTarget}, {@code StageWho}, {@code Pacing}, {@code Continuous},
 *       {@code ResidueFilter}, {@code ReportFiles}, {@code Consent}.
 *   <li><b>Below them</b>: {@code Opened} and {@code TypeOption} name the option in an error, {@code ScriptTarget}
 *       is the target {@code sql-file:}, {@code Messages} words errors, {@code ProgressLine} shows progress,
 *       {@code ExitCode}, {@code BuildVersion}.
 *   <li><b>The demo</b>: {@code DemoCommand} sets it up; {@code DemoMoves} is the operator, {@code DemoTraffic} the
 *       application, which writes {@code DemoRecords} and keeps a {@code DemoLog}; {@code DemoFigures} and
 *       {@code DemoQuestions} ask the tables; {@code DemoClock} is the time of the bundled data.
 * </ul>
 *
 * <p>Catalog files are read in {@code io.storeway.cli.catalog}; everything that a run prints or writes is worded in
 * {@code io.storeway.cli.report}.
 */
@NullMarked
package io.storeway.cli;

import org.jspecify.annotations.NullMarked;
