/** Part of `npm run check`: a table that declares nothing fails the build. */
import { undeclared } from "./declared-tables.ts";

const forgotten = undeclared();
for (const one of forgotten) console.error(`${one} is not declared.`);
if (forgotten.length > 0) {
  console.error("Say in services/erasure/domain/tables.ts what erasing a person does to it.");
  process.exitCode = 1;
}
