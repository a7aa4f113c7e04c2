package io.storeway.cli.report;

/** The frame of a report page: document head and styles. */
final class Page {

    private static final String FRAME = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <title>{title}</title>
            <style>
            :root {
              --ground: #fbfaf7; --ink: #1d2327; --soft: #5c666d; --line: #dcdad2; --sheet: #ffffff;
              --good: #1f7a4d; --warn: #9a6200; --bad: #b3261e; --copy: #2563a8; --verify: #9a4f96;
            }
            @media (prefers-color-scheme: dark) {
              :root {
                --ground: #14181b; --ink: #e7e9ea; --soft: #9aa5ac; --line: #2d353a; --sheet: #1b2125;
                --good: #67c795; --warn: #e0ac4f; --bad: #f2857d; --copy: #7db3ec; --verify: #d99bd4;
              }
            }
            * { box-sizing: border-box; }
            body {
              margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 72rem;
              background: var(--ground); color: var(--ink);
              font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
            }
            .brand { margin: 0; color: var(--soft); letter-spacing: .12em; text-transform: uppercase; font-size: .75rem; }
            h1 { margin: .25rem 0 1.25rem; font-size: clamp(1.5rem, 5vw, 2.25rem); line-height: 1.2; }
            h1::first-letter { text-transform: uppercase; }
            h1.good { color: var(--good); } h1.warn { color: var(--warn); } h1.bad { color: var(--bad); }
            h2 { margin: 2.5rem 0 .75rem; font-size: 1.1rem; }
            p { max-width: 42rem; color: var(--soft); }
            dl { margin: 0; display: grid; gap: .25rem 2rem; }
            dl div { display: grid; grid-template-columns: 7rem 1fr; gap: .75rem; }
            dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
            .scroll { overflow-x: auto; background: var(--sheet); border: 1px solid var(--line); border-radius: .5rem; }
            table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
            th, td { padding: .5rem .75rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
            td.long { white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
            th { color: var(--soft); font-weight: 600; } tbody tr:last-child td { border-bottom: 0; }
            .number { text-align: right; }
            ul { padding-left: 1.25rem; } li { margin: .25rem 0; overflow-wrap: anywhere; }
            .timeline { list-style: none; padding: 0; margin: 0; display: grid; gap: .75rem; font-size: .9rem; }
            .timeline li { display: grid; grid-template-columns: 1fr auto; gap: .25rem 1rem; margin: 0; }
            .figures { color: var(--soft); font-variant-numeric: tabular-nums; }
            .track { grid-column: 1 / -1; background: var(--line); border-radius: 4px; overflow: hidden; }
            .track span { display: block; height: 8px; border-radius: 4px; background: var(--copy); }
            .timeline .verify .track span { background: var(--verify); }
            .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; margin-top: 1.5rem; }
            figure { margin: 0; padding: .75rem; background: var(--sheet); border: 1px solid var(--line); border-radius: .5rem; }
            figcaption { color: var(--soft); font-size: .85rem; margin-bottom: .5rem; }
            svg { display: block; width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 11px; }
            path { fill: none; stroke-width: 1.75; stroke-linejoin: round; }
            path.grid { stroke: var(--line); stroke-width: 1; }
            path.copy { stroke: var(--copy); } path.verify { stroke: var(--verify); }
            path.slowest { stroke: var(--copy); stroke-dasharray: 2 3; stroke-width: 1; }
            .legend { font-size: .85rem; } .legend span::before { content: "● "; } .legend span { margin-right: 1rem; }
            .legend .copy { color: var(--copy); } .legend .verify { color: var(--verify); }
            @media (max-width: 40rem) {
              .scroll { background: none; border: 0; }
              table, tbody { display: block; }
              thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
              tr {
                display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 0 1.5rem; margin-bottom: .75rem;
                padding: .25rem .75rem; background: var(--sheet); border: 1px solid var(--line); border-radius: .5rem;
              }
              td, td.number { display: flex; justify-content: space-between; gap: 1rem; padding: .35rem 0; text-align: right; white-space: normal; }
              td:first-child, td:last-child { grid-column: 1 / -1; }
              td::before { content: attr(data-name); color: var(--soft); text-align: left; flex: none; }
              td span { overflow-wrap: anywhere; } td:first-child span { font-weight: 600; }
              td.text { grid-column: 1 / -1; min-width: 0; }
              tr td:last-child { border-bottom: 0; }
            }
            @media print { .scroll { overflow: visible; } details > * { display: block; } }
            summary { cursor: pointer; margin-top: 1rem; }
            </style>
            </head>
            <body>
            {body}
            </body>
            </html>
            """;

    private Page() {}

    /** A whole page. The title is plain text, the body is HTML. */
    static String of(String title, String body) {
        return FRAME.replace("{title}", new Html().text(title).toString()).replace("{body}", body);
    }
}
