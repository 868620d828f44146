/** `npm run advisories`: known holes in what is locked, as far as the registry can be asked. */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { Command } from "../command-line/command.ts";
import { auditVerdict, signaturesVerdict, type Verdict } from "./verdict.ts";

interface Question {
  readonly name: string;
  readonly args: readonly string[];
  readonly verdictOf: (printed: string) => Verdict;
}

const QUESTIONS: readonly Question[] = [
  { name: "advisories", args: ["audit", "--omit=dev"], verdictOf: auditVerdict },
  { name: "signatures", args: ["audit", "signatures"], verdictOf: signaturesVerdict },
];
/** One try: where nobody answers that is the answer. */
const ONCE = ["--json", "--fetch-retries=0", "--fetch-timeout=20000"];
const TIMEOUT_MS = 300_000;
const MAX_BYTES = 64 * 1024 * 1024;
const FOUND = 1;
const NOT_RUN = 2;
const ROOT = resolve(import.meta.dirname, "../..");

new Command("npm run advisories --")
  .description(
    "Asks the registry whether a version that is locked has a known hole, and whether what is installed is what was " +
      "published. What can't be asked is NOT RUN, and said so. Exit codes: 1 something was found; 2 with --must, " +
      "something was not run.",
  )
  .option("--must", "fail where the registry can't be asked", false)
  .action(run)
  .parse();

async function run({ must }: { must: boolean }): Promise<void> {
  const verdicts = await Promise.all(
    QUESTIONS.map(async ({ name, args, verdictOf }) => {
      const verdict = verdictOf(await printedBy([...args, ...ONCE]));
      for (const line of linesOf(name, verdict)) console.log(line);
      return verdict.kind;
    }),
  );
  if (verdicts.includes("found")) process.exitCode = FOUND;
  else if (must && verdicts.includes("not run")) process.exitCode = NOT_RUN;
}

/** npm exits with a code of its own for holes and for errors alike: what it prints tells them apart. */
function printedBy(args: readonly string[]): Promise<string> {
  const options = { cwd: ROOT, timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES };
  return new Promise((done) => {
    execFile("npm", args, options, (error, stdout) => done(stdout || (error?.message ?? "")));
  });
}

function linesOf(name: string, verdict: Verdict): readonly string[] {
  switch (verdict.kind) {
    case "clean":
      return [`${name}: nothing found`];
    case "found":
      return verdict.lines.map((line) => `${name}: FOUND: ${line}`);
    case "not run":
      return [`${name}: NOT RUN: ${verdict.why}`];
  }
}
