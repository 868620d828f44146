/** What was typed, as it can be typed again. */
export function commandLine(words: readonly string[] = process.argv.slice(2)): string {
  return ["npm run load --", ...words.map(quoted)].join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
