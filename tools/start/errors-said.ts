/** pino's level of what somebody must look at; above it a process ends, and its last words are shown. */
const ERROR_LEVEL = 50;
/** Different ones that are shown at most: a mesh with more of them is looked at in its log. */
const MAX_SAID = 20;

interface Line {
  readonly level?: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
  readonly error?: unknown;
}

/**
 * What is shown of a service's log lines: its errors, each once. A full disk or a damaged log makes no process
 * end, and whoever started the mesh would look for it in a file of which nothing told them.
 */
export class ErrorsSaid {
  readonly #said = new Set<string>();

  /** In words; undefined: it is no error, or was shown before. */
  ofLine(label: string, text: string): string | undefined {
    const line = parsed(text);
    if (line?.level !== ERROR_LEVEL) return undefined;
    const cause = line.err?.message ?? (typeof line.error === "string" ? line.error : undefined);
    const key = `${label}: ${line.msg}`;
    if (this.#said.has(key) || this.#said.size === MAX_SAID) return undefined;
    this.#said.add(key);
    return cause === undefined || cause === line.msg ? key : `${key}: ${cause}`;
  }
}

function parsed(text: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === "object" && line !== null ? line : undefined;
  } catch {
    return undefined;
  }
}
