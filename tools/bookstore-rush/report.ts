import type { Rush } from "./run.ts";

/** The figures of a rush, a line each: what, and how much. */
export function rushTable({ bought, books, kills }: Rush): string {
  const placed = bought.filter(({ outcome }) => outcome.kind === "placed").length;
  const sum = (read: (book: Rush["books"][number]) => bigint) =>
    books.reduce((total, book) => total + read(book), 0n);
  const latencies = bought.map(({ startMs, endMs }) => endMs - startMs).sort((a, b) => a - b);
  const at = (part: number) => ms(latencies[Math.ceil(part * latencies.length) - 1] ?? 0);
  const rows: readonly (readonly [string, string])[] = [
    ["buyers, all at once", String(bought.length)],
    ["books", String(books.length)],
    ["orders placed", String(placed)],
    ["refused: out of stock", String(bought.length - placed)],
    ["copies sold", String(sum((book) => book.soldCopies))],
    ["copies left", String(sum((book) => book.availableCopies))],
    ["killed meanwhile", String(kills)],
    ["calls tried again", String(bought.reduce((total, { retries }) => total + retries, 0))],
    ["answered in", `p50 ${at(0.5)}, p99 ${at(0.99)}, the last ${at(1)}`],
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  return rows.map(([what, value]) => `${what.padEnd(width)}  ${value}`).join("\n");
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}
