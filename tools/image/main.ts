/** `npm run image-tree -- FOLDER`: the files of the container image; deploy/Dockerfile runs it, and so do the tests. */
import { resolve } from "node:path";
import { Command } from "../command-line/command.ts";
import { makeImageTree } from "./image-tree.ts";

const MB = 1_000_000;

const [out] = new Command("npm run image-tree --")
  .description(
    "Writes what a service's process needs into a folder: app/, and the Node that npm brought.",
  )
  .argument("<folder>", "an empty one")
  .parse().args;

const bytes = await makeImageTree(resolve(import.meta.dirname, "../.."), resolve(out));
console.log(`${out}: ${(bytes / MB).toFixed(0)} MB.`);
