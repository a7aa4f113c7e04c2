/** The output of a run: text, JSON, HTML, Markdown and JUnit's XML, all from one {@link io.storeway.cli.report.RunReport}. */
@NullMarked
package io.storeway.cli.report;

import org.jspecify.annotations.NullMarked;
