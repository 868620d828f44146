import { execFile } from "node:child_process";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { fingerprintOf } from "./fingerprint.ts";
import { idempotentMethodsModule } from "./idempotent-methods.ts";

const run = promisify(execFile);

const OUTPUT = "gen";
/** What reflection serves: our protos, and those of the platform's own services and errors. */
const REFLECTED = [
  "proto",
  "services/platform/grpc/server/reflected",
  "node_modules/grpc-health-check/proto",
];
const STAMP = join(OUTPUT, "fingerprint");
/** Imported as "#gen/idempotent-methods.ts". */
const IDEMPOTENT_METHODS = "tidings/idempotent-methods.ts";

/**
 * Makes gen/ (TypeScript, the descriptors that reflection serves, and the list of methods that may be
 * repeated) from proto/, unless it is up to date. `root` is the repository. Returns whether there was anything to do.
 */
export async function generate(root: string): Promise<boolean> {
  const fingerprint = await fingerprintOf(root);
  // Without development dependencies (an image for production) gen/ comes ready-made.
  if (fingerprint === undefined) return false;
  if ((await readStamp(root)) === fingerprint) return false;
  // Made beside gen/ and moved into place whole: two runs at once, or one cut short, harm nothing.
  const work = await mkdtemp(join(root, ".gen-"));
  try {
    await buf(root, ["generate", "--output", work]);
    const made = join(work, OUTPUT);
    const descriptors = await descriptorsOf(root, work);
    await writeFile(join(made, "descriptors.binpb"), descriptors);
    await writeFile(join(made, IDEMPOTENT_METHODS), idempotentMethodsModule(descriptors));
    await writeFile(join(made, "fingerprint"), fingerprint);
    await replace(root, made, work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return true;
}

async function readStamp(root: string): Promise<string | undefined> {
  return await readFile(join(root, STAMP), "utf8").catch(() => undefined);
}

/** buf's own program for this platform, with the running Node first on the path for its plugins. */
async function buf(root: string, args: readonly string[]): Promise<void> {
  const bin = join(root, "node_modules", "@bufbuild", "buf", "bin", "buf");
  const path = [join(process.execPath, ".."), process.env.PATH].join(":");
  await run(process.execPath, [bin, ...args], { cwd: root, env: { ...process.env, PATH: path } });
}

/** Descriptor sets one after another are one descriptor set: so protobuf merges messages. */
async function descriptorsOf(root: string, work: string): Promise<Buffer> {
  const images = REFLECTED.map((folder, index) => ({
    folder,
    image: join(work, `${index}.binpb`),
  }));
  for (const { folder, image } of images) {
    await buf(root, ["build", folder, "-o", image, "--as-file-descriptor-set"]);
  }
  return Buffer.concat(await Promise.all(images.map(({ image }) => readFile(image))));
}

async function replace(root: string, made: string, work: string): Promise<void> {
  const output = join(root, OUTPUT);
  for (;;) {
    await rename(output, join(work, `old-${process.hrtime.bigint()}`)).catch(ignoreMissing);
    try {
      await rename(made, output);
      return;
    } catch (error) {
      // Another run put its own there in between.
      if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
    }
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
