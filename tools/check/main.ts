/** `npm run check`: everything that can be said of the code without running it, side by side. */
import { spawn } from "node:child_process";
import { Command } from "../command-line/command.ts";
import { generate } from "../generate/generate.ts";
import { generateTypings } from "../generate/typings.ts";

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const types = (project: string) => [
  "node",
  "node_modules/typescript-native/bin/tsc",
  "-p",
  project,
];

const CHECKS: readonly Check[] = [
  { name: "types", command: types("tsconfig.json") },
  { name: "types of the report's page", command: types("loadtest/report/client/tsconfig.json") },
  { name: "lint and format", command: ["biome", "check", "."] },
  { name: "protos: lint", command: ["buf", "lint"] },
  { name: "protos: format", command: ["buf", "format", "--diff", "--exit-code"] },
  {
    name: "protos: breaking changes",
    command: ["buf", "breaking", "--against", "proto/baseline.binpb"],
  },
  {
    name: "boundaries",
    command: [
      "depcruise",
      "services",
      "console",
      "erasure",
      "tools",
      "population",
      "loadtest",
      "test",
      "bench",
      "--output-type",
      "err",
    ],
  },
  { name: "dead code", command: ["knip", "--no-config-hints"] },
  { name: "declared tables", command: ["node", "tools/erase/check-tables.ts"] },
  { name: "tidy", command: ["node", "tools/tidy/main.ts"] },
];

interface Result {
  readonly check: Check;
  readonly code: number;
  readonly output: string;
  readonly elapsedMs: number;
}

function run(check: Check): Promise<Result> {
  const startedMs = performance.now();
  const [program = "", ...args] = check.command;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    const done = (code: number) =>
      resolve({
        check,
        code,
        output: Buffer.concat(chunks).toString(),
        elapsedMs: performance.now() - startedMs,
      });
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", (error) => {
      chunks.push(Buffer.from(error.message));
      done(1);
    });
    child.once("close", (code) => done(code ?? 1));
  });
}

new Command("npm run check --")
  .description("Everything that can be said of the code without running it, side by side.")
  .parse();

// Protos that changed change the types that are checked.
await generate(process.cwd()).catch((error: Error) => {
  console.log(`FAIL protos: they can not be compiled\n${error.message}`);
  process.exit(1);
});
await generateTypings(process.cwd()); // as scripts import them, those of the examples too
const results = await Promise.all(CHECKS.map(run));
for (const { check, code, output, elapsedMs } of results) {
  console.log(`${code === 0 ? "ok  " : "FAIL"} ${check.name} (${(elapsedMs / 1000).toFixed(1)} s)`);
  if (code !== 0) console.log(output);
}
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;
