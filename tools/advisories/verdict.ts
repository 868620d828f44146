/** What came of one question to a registry. */
export type Verdict =
  | { readonly kind: "clean" }
  | { readonly kind: "found"; readonly lines: readonly string[] }
  | { readonly kind: "not run"; readonly why: string };

/** `npm audit --json`: of holes the report, of a registry that can't be asked the error. */
interface Audit {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<Record<string, Vulnerable>>;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
}

interface Vulnerable {
  readonly severity: string;
  /** Advisories, or the names of packages that bring the hole along. */
  readonly via: readonly (string | Advisory)[];
}

interface Advisory {
  readonly title: string;
  readonly url: string;
  /** Of versions. */
  readonly range: string;
}

/** `npm audit signatures --json`. */
interface Signatures {
  readonly invalid?: readonly Signed[];
  readonly missing?: readonly Signed[];
  readonly error?: { readonly summary?: string };
}

interface Signed {
  readonly name: string;
  readonly version: string;
}

/** Whether a version that is locked has a hole that is known. */
export function auditVerdict(printed: string): Verdict {
  const answer = readJson<Audit>(printed);
  if (answer?.auditReportVersion === undefined || !answer.vulnerabilities) {
    return notRun(answer?.message ?? answer?.error?.summary, printed);
  }
  return found(
    Object.entries(answer.vulnerabilities).map(([name, { severity, via }]) => {
      const reasons = via.map((one) =>
        typeof one === "string" ? `by ${one}` : `${one.title}, ${one.range} (${one.url})`,
      );
      return `${name}, ${severity}: ${reasons.join("; ")}`;
    }),
  );
}

/** Whether what was installed is what was published. */
export function signaturesVerdict(printed: string): Verdict {
  const answer = readJson<Signatures>(printed);
  if (!answer?.invalid || !answer.missing) return notRun(answer?.error?.summary, printed);
  const line = (fault: string) => (one: Signed) => `${one.name}@${one.version} ${fault}`;
  return found([
    ...answer.invalid.map(line("is not what its signature says")),
    ...answer.missing.map(line("has no signature, though its registry signs")),
  ]);
}

function found(lines: readonly string[]): Verdict {
  return lines.length === 0 ? { kind: "clean" } : { kind: "found", lines };
}

const MAX_CHARACTERS = 200;
const ADDRESS = /https?:\/\/\S+/g;

/** Names no host: whose mirror a machine asks is its own affair. */
function notRun(said: string | undefined, printed: string): Verdict {
  const text = said || printed.trim() || "npm said nothing";
  return { kind: "not run", why: text.replace(ADDRESS, "the registry").slice(0, MAX_CHARACTERS) };
}

function readJson<T>(printed: string): T | undefined {
  try {
    const value: unknown = JSON.parse(printed);
    return typeof value === "object" && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
