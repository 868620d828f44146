import { join } from "node:path";
import { generate } from "./generate.ts";

const root = join(import.meta.dirname, "../..");

// stderr: a script's own output stays clean when npm runs this first.
if (await generate(root)) process.stderr.write("gen/ made from proto/\n");
