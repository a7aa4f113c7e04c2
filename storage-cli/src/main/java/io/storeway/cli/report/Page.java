package io.storeway.cli.report;

/** The frame of a page: everything that is the same whatever it says. */
final class Page {

    private static final String FRAME = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title}</title>
            <style>
            :root {
              --ground: #fbfaf7; --ink: #1d2327; --soft: #5c666d; --line: #dcdad2; --sheet: #ffffff;
              --good: #1f7a4d; --warn: #9a6200; --bad: #b3261e;
            }
            @media (prefers-color-scheme: dark) {
              :root {
                --ground: #14181b; --ink: #e7e9ea; --soft: #9aa5ac; --line: #2d353a; --sheet: #1b2125;
                --good: #67c795; --warn: #e0ac4f; --bad: #f2857d;
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
            th { color: var(--soft); font-weight: 600; } tbody tr:last-child td { border-bottom: 0; }
            .number { text-align: right; }
            ul { padding-left: 1.25rem; } li { margin: .25rem 0; overflow-wrap: anywhere; }
            summary { cursor: pointer; margin-top: 1rem; }
            </style>
            </head>
            <body>
            {body}
            </body>
            </html>
            """;

    private Page() {}

    /** A page; the title is plain text, the body is HTML. */
    static String of(String title, String body) {
        return FRAME.replace("{title}", new Html().text(title).toString()).replace("{body}", body);
    }
}
