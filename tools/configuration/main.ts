/** `npm run configuration`: writes docs/configuration.md from the services' own declarations. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { configurationDocument } from "./document.ts";

const file = resolve(import.meta.dirname, "../../docs/configuration.md");
writeFileSync(file, configurationDocument());
console.log(`Wrote ${file}.`);
