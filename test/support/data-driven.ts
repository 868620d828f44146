import { readFileSync, writeFileSync } from "node:fs";

const RULE = "----";

/**
 * Tests as data: a file of blocks, each commands, a line `----`, and what they come to, up to an empty
 * line. `#` begins a comment. After a change that is meant, REWRITE=1 writes what they come to now: read
 * the difference before it is committed. (The form is that of Pebble's and CockroachDB's datadriven.)
 *
 * Runs the blocks in order; gives what each was to come to, and what it came to.
 */
export async function runDataFile(
  path: string,
  run: (command: readonly string[]) => Promise<string> | string,
): Promise<{ readonly expected: readonly string[]; readonly actual: readonly string[] }> {
  const blocks = readFileSync(path, "utf8").trimEnd().split("\n\n");
  const expected: string[] = [];
  const actual: string[] = [];
  const rewritten: string[] = [];
  for (const block of blocks) {
    const [input, output] = block.split(`\n${RULE}\n`);
    if (output === undefined) {
      rewritten.push(block);
      continue;
    }
    const answers: string[] = [];
    for (const line of input.split("\n").filter((one) => !one.startsWith("#"))) {
      const answer = await run(line.trim().split(/\s+/));
      if (answer !== "") answers.push(answer);
    }
    const where = input.replaceAll("\n", "; ");
    expected.push(`${where} ${RULE} ${output}`);
    actual.push(`${where} ${RULE} ${answers.join("\n")}`);
    rewritten.push(`${input}\n${RULE}\n${answers.join("\n")}`);
  }
  if (process.env.REWRITE === "1") writeFileSync(path, `${rewritten.join("\n\n")}\n`);
  return { expected, actual };
}
