const MAX_FILE_LINES = 250;

interface Rule {
  readonly name: string;
  readonly files: RegExp;
  readonly except?: RegExp;
  /** A line that breaks the rule. */
  readonly line: RegExp;
  readonly remedy: string;
}

const CODE = /\.(ts|mjs)$/;
const TESTS = /(\.test\.ts$|^test\/)/;

const LINE_RULES: readonly Rule[] = [
  {
    name: "sleep-in-test",
    files: TESTS,
    except: /^(tools\/tidy|services\/platform\/clock)\//,
    line: /\bsleep\(|setTimeout\((r|resolve|done)\b|timers\/promises/,
    remedy: "drain by counters (settle), or advance a ManualClock",
  },
  {
    name: "poll-of-a-second",
    files: /\.ts$/,
    except: /^tools\/tidy\//,
    line: /\bvi\.wait(For|Until)\(|\bexpect\.poll\([^,]*\)\.(not\.)?to/,
    remedy:
      "it ends after a second of the real clock: use until, which the test's own timeout bounds",
  },
  {
    name: "shorter-than-others",
    files: /(\.test\.ts$|^test\/|\/testing\/)/,
    except: /^tools\/tidy\//,
    line: /^\s*\}, [1-9]?\d_000\);$|\b(before|after)(All|Each)\(.*, [1-9]?\d_000\);$|\btimeout: [1-9]?\d_000\b/,
    remedy: "leave it out: a test has 120 s, and on a slow machine each of its steps takes longer",
  },
  {
    name: "time-not-awaited",
    files: /\.ts$/,
    line: /^\s*(\w+\.)*clock\.advance\(/,
    remedy: "await it: what it wakes runs in turns of the event loop, beside the rest of the test",
  },
  {
    name: "impatient-client",
    files: /(\.test\.ts$|^test\/|\/testing\/)/,
    except: /^tools\/tidy\//,
    line: /\bconnect(RateLimit|Timelines)?\((?!.*(PATIENT|defaultDeadlineMs)).*\{[^}]*\blog\b/,
    remedy:
      "its calls end after 5 s, which a busy machine takes: give it PATIENT (services/platform/grpc/testing)",
  },
  {
    name: "focused-or-retried-test",
    files: TESTS,
    line: /\b(it|test|describe)\.only\b|\bretry:\s*[1-9]/,
    remedy: "remove it; a flaky test is a bug to find",
  },
  {
    name: "typescript-only-syntax",
    files: CODE,
    line: /^\s*(export )?(const )?enum \w+|^\s*(export )?namespace \w+/,
    remedy: "Node erases types; it can't make enums or namespaces",
  },
  {
    name: "private-keyword",
    files: /\.ts$/,
    line: /^\s+private (?!constructor\b)/,
    remedy: "use #: Node erases the keyword, and anybody can reach it",
  },
  {
    name: "definite-assignment",
    files: /\.ts$/,
    line: /^\s+(readonly )?#?\w+!:/,
    remedy: "give it a value, or say that it may be undefined",
  },
  {
    name: "branding-cast",
    files: /\.ts$/,
    except: /^services\/model\/ids\.ts$/,
    line: /(?<!\*.*)\bas (readonly )?(UserId|PostId)\b/,
    remedy: "take the id from a check or a maker of services/model/ids.ts",
  },
  {
    name: "metric-name",
    files: /^services\/.*\.ts$/,
    except: /(\.test\.ts$|^services\/model\/metrics(\/[a-z]+)?\.ts$)/,
    line: /name: ["`](tidings|grpc|nodejs|process|http)_/,
    remedy: "define it in services/model/metrics.ts, and give the definition",
  },
  {
    name: "todo",
    files: CODE,
    except: /^tools\/tidy\//,
    line: /\b(TODO|FIXME|XXX|HACK)\b/,
    remedy: "do it, or open an issue",
  },
  {
    name: "default-export",
    files: CODE,
    except: /(^\.|\.config\.ts$)/,
    line: /^export default\b/,
    remedy: "use a named export",
  },
  {
    name: "registry-host",
    files: /.*/,
    except: /^tools\/tidy\//,
    line: /registry\.npmjs|"resolved": "http|repo1?\.maven|proxy\.golang/,
    remedy: "package managers know where to look; name no host",
  },
];

const VAGUE_NAME = /(^|[/-])(utils?|helpers?|common|manager|misc)([./-]|$)/;
const KEBAB_CASE = /^[a-z0-9]+([.-][a-z0-9]+)*$/;
const FREE_NAMES = /^(README|ARCHITECTURE|CONTRIBUTING|LICENSE|CHANGELOG)/;

/** Every offence in one file, as `file:line rule: remedy`. `file` is a path from the root. */
export function offencesIn(file: string, text: string): readonly string[] {
  return [...nameOffences(file), ...lengthOffences(file, text), ...lineOffences(file, text)];
}

function nameOffences(file: string): readonly string[] {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const offences: string[] = [];
  if (CODE.test(file) && VAGUE_NAME.test(file)) {
    offences.push(`${file} vague-name: name it after what it does`);
  }
  if (
    !name.startsWith(".") &&
    !FREE_NAMES.test(name) &&
    CODE.test(name) &&
    !KEBAB_CASE.test(name)
  ) {
    offences.push(`${file} file-name: use kebab-case`);
  }
  return offences;
}

function lengthOffences(file: string, text: string): readonly string[] {
  const lines = CODE.test(file) ? text.split("\n").length : 0;
  if (lines <= MAX_FILE_LINES) return [];
  return [`${file} long-file: ${lines} lines; split it at ${MAX_FILE_LINES}`];
}

function lineOffences(file: string, text: string): readonly string[] {
  const rules = LINE_RULES.filter(
    ({ files, except }) => files.test(file) && !(except?.test(file) ?? false),
  );
  if (rules.length === 0) return [];
  return text
    .split("\n")
    .flatMap((line, i) =>
      rules
        .filter((rule) => rule.line.test(line))
        .map(({ name, remedy }) => `${file}:${i + 1} ${name}: ${remedy}`),
    );
}
