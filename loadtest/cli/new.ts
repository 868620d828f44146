import { realpathSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { Command } from "../../tools/command-line/command.ts";
import { addressesHere } from "../calls/published/published.ts";
import { type Caller, callerOf, isInside, ROOT } from "./files/where-typed.ts";
import { LoadError } from "./options/load-error.ts";
import { areUrls, pathTyped, targetOf } from "./options/target-flags.ts";

const NAME = /^[\w./-]{1,200}$/;

/** `load new`: a scenario of one's own, with types, to be changed. */
export function newCommand(): Command {
  return new Command("new")
    .description("Writes a scenario of calls in TypeScript, to be changed.")
    .argument("<name>", "as checkout: writes checkout.ts, in this folder or where the name says")
    .option("--target <address>", "host:port of a gRPC server, or a URL; the mesh's by default")
    .option("--call <method>", "as package.Service/Method; the mesh's CreatePost by default")
    .action(writeNew);
}

type Typed = Omit<Options, "target"> & Partial<Pick<Options, "target">>;

interface Options {
  readonly target: string;
  readonly call?: string;
  /** What the toolkit is imported from. */
  readonly toolkit?: string;
  /** The command that runs it. */
  readonly run?: string;
}

const TOOLKIT = "tidings/loadtest";
const CREATE_POST = "tidings.post.v1.PostService/CreatePost";

async function writeNew(name: string, given: Typed): Promise<void> {
  const [mesh] = addressesHere("post", process.env);
  const options = { target: mesh, ...given };
  if (!NAME.test(name)) {
    throw new LoadError(`"${name}" is no name of a file: use letters, digits, - and /.`);
  }
  const { file, run } = placeOf(name.endsWith(".ts") ? name : `${name}.ts`, callerOf(process));
  try {
    const toolkit = toolkitFrom(file);
    const text = scenarioText(basename(file, ".ts"), { ...options, toolkit, run });
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LoadError(
      code === "EEXIST" ? `${file} is there already: give another name.` : message,
    );
  }
  console.log(`Written: ${file}. Change it, then: ${run}`);
}

/** The file that a name means, and the command that runs it from where one is. */
export function placeOf(name: string, { folder, byNpm, main }: Caller) {
  if (!byNpm) return { file: name, run: `node ${main} run ${name}` };
  if (isInside(folder)) return { file: name, run: `npm run load -- run ${name}` };
  const file = resolve(folder, name);
  return { file, run: `npm --prefix ${ROOT} run load -- run ${file}` };
}

/** The toolkit by its name where that is found, as in this checkout and where it is a dependency. */
export function toolkitFrom(file: string): string {
  const path = join(ROOT, "loadtest/index.ts");
  try {
    const found = createRequire(resolve(file)).resolve(TOOLKIT);
    return realpathSync(found) === path ? TOOLKIT : path;
  } catch {
    return path; // nobody knows it there
  }
}

/** What a person begins from: it runs as it is, of gRPC's default against the mesh. Throws a LoadError. */
export function scenarioText(name: string, options: Options): string {
  const { toolkit = TOOLKIT, run = `npm run load -- run ${name}.ts` } = options;
  const { asked, target, step } = areUrls([options.target])
    ? httpParts(options)
    : grpcParts(options);
  return [
    `import { calls } from ${JSON.stringify(toolkit)};`,
    "",
    `/** ${run}; docs/load/any-target.md says what else there is. */`,
    "export default calls({",
    `  about: ${JSON.stringify(`Calls of ${asked}.`)},`,
    `  target: ${target},`,
    "  perSecond: 100,",
    "  seconds: 20,",
    "  flows: [",
    "    {",
    "      steps: [",
    "        {",
    '          name: "first",',
    ...step.map((line) => `          ${line}`),
    "        },",
    "      ],",
    "    },",
    "  ],",
    '  thresholds: ["p99(first) < 100ms", "failures == 0"],',
    "});",
    "",
  ].join("\n");
}

/** What differs by protocol, as it is written. */
interface Parts {
  readonly asked: string;
  readonly target: string;
  readonly step: readonly string[];
}

function grpcParts({ target, call = CREATE_POST }: Options): Parts {
  const isPost = call.endsWith("PostService/CreatePost");
  const data = isPost ? '{ author_id: "{{random 1 100000}}", text: "{{text 80}}" }' : "{}";
  return {
    asked: call,
    target: `{ addresses: [${JSON.stringify(target)}], protocol: "grpc" }`,
    step: [`method: ${JSON.stringify(call)},`, `data: ${data},`, 'checks: ["status == OK"],'],
  };
}

function httpParts({ target: url, call }: Options): Parts {
  if (call !== undefined) {
    throw new LoadError("--call: it is of gRPC, and the target is a URL: leave one of them out.");
  }
  const { addresses, protocol, tls } = targetOf({ target: [url] });
  const withTls = tls ? ", tls: {}" : "";
  return {
    asked: url,
    target: `{ addresses: ${JSON.stringify(addresses)}, protocol: "${protocol}"${withTls} }`,
    step: [`request: ${JSON.stringify(`GET ${pathTyped(url)}`)},`, 'checks: ["status == 200"],'],
  };
}
