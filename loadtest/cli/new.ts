import { writeFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { LoadError } from "./options/load-error.ts";

const NAME = /^[\w./-]{1,200}$/;

/** `load new`: a scenario of one's own, with types, to be changed. */
export function newCommand(): Command {
  return new Command("new")
    .description("Writes a scenario of calls in TypeScript, to be changed.")
    .argument("<name>", "as checkout: writes checkout.ts, in this folder or where the name says")
    .option("--target <address>", "host:port of a gRPC server", "localhost:50051")
    .option(
      "--call <method>",
      "as package.Service/Method",
      "tidings.post.v1.PostService/CreatePost",
    )
    .action(writeNew);
}

interface Options {
  readonly target: string;
  readonly call: string;
  /** What the toolkit is imported from. */
  readonly toolkit?: string;
}

const TOOLKIT = "tidings/loadtest";
const ROOT = resolve(import.meta.dirname, "../..");

async function writeNew(name: string, options: Options): Promise<void> {
  if (!NAME.test(name)) {
    throw new LoadError(`"${name}" is no name of a file: use letters, digits, - and /.`);
  }
  const file = name.endsWith(".ts") ? name : `${name}.ts`;
  try {
    const text = scenarioText(basename(file, ".ts"), { ...options, toolkit: toolkitFrom(file) });
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LoadError(
      code === "EEXIST" ? `${file} is there already: give another name.` : message,
    );
  }
  console.log(`Written: ${file}. Change it, then: npm run load -- run ${file}`);
}

/** Outside of this checkout no package manager knows the toolkit by its name. */
export function toolkitFrom(file: string): string {
  const isInside = !relative(ROOT, resolve(file)).startsWith("..");
  return isInside ? TOOLKIT : join(ROOT, "loadtest/index.ts");
}

/** What a person begins from: it runs as it is against the mesh. */
export function scenarioText(name: string, { target, call, toolkit = TOOLKIT }: Options): string {
  const isPost = call.endsWith("PostService/CreatePost");
  const data = isPost ? '{ author_id: "{{random 1 100000}}", text: "{{text 80}}" }' : "{}";
  return [
    `import { calls } from ${JSON.stringify(toolkit)};`,
    "",
    `/** npm run load -- run ${name}.ts; docs/load/any-target.md says what else there is. */`,
    "export default calls({",
    `  about: "Calls of ${call}.",`,
    `  target: { addresses: [${JSON.stringify(target)}], protocol: "grpc" },`,
    "  perSecond: 100,",
    "  seconds: 20,",
    "  flows: [",
    "    {",
    "      steps: [",
    "        {",
    '          name: "first",',
    `          method: ${JSON.stringify(call)},`,
    `          data: ${data},`,
    '          checks: ["status == OK"],',
    "        },",
    "      ],",
    "    },",
    "  ],",
    '  thresholds: ["p99(first) < 100ms", "failures == 0"],',
    "});",
    "",
  ].join("\n");
}
