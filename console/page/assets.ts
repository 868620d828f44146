import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What every page has besides its content. */
export interface Assets {
  readonly style: string;
  /** The one script: it reads a page again while somebody looks. */
  readonly script: string;
  /** What a page may do: use this style and that script, and ask the console alone. */
  readonly policy: string;
  /** The same for a page in a file, which runs nothing and asks nobody. */
  readonly offlinePolicy: string;
}

/** The style of the load toolkit's reports, and what the console has of its own; later ones win. */
const REPORT_STYLES = join(import.meta.dirname, "../../loadtest/report/style");
const STYLE_FILES = [
  ...["colours.css", "text.css", "verdict.css", "tables.css"].map((file) =>
    join(REPORT_STYLES, file),
  ),
  join(import.meta.dirname, "style/console.css"),
];

export function readAssets(): Assets {
  const style = STYLE_FILES.map((file) => readFileSync(file, "utf8")).join("\n");
  const script = readFileSync(join(import.meta.dirname, "client/live.js"), "utf8");
  const hash = createHash("sha256").update(style).digest("base64");
  const shared = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "img-src data:",
    "base-uri 'none'",
  ];
  return {
    style,
    script,
    policy: [
      ...shared,
      "script-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join("; "),
    offlinePolicy: [...shared, "form-action 'none'"].join("; "),
  };
}
