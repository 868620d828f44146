import type { AnswerHead } from "../../drivers/driver.ts";
import { textWithoutSecrets } from "../spec/without-secrets.ts";

const ELSEWHERE = new Set([301, 302, 303, 307, 308]);
const MAX_SHOWN = 160;

interface Kind {
  readonly status: number;
  /** Of the first. */
  readonly location: string;
  count: number;
}

/** Answers that say what was asked for is elsewhere: they are good, and what was meant was never asked for. */
export class Redirects {
  readonly #kinds = new Map<string, Kind>();

  /** Any answer of a call. */
  look(operation: string, { status, headers }: AnswerHead): void {
    if (!ELSEWHERE.has(status)) return;
    const known = this.#kinds.get(operation);
    if (known) known.count++;
    else {
      const location = headers.get("location") ?? "nowhere";
      this.#kinds.set(operation, { status, location, count: 1 });
    }
  }

  /** Of a tool that is given no checks the remedy is another. */
  sentences({ hasChecks = true } = {}): readonly string[] {
    const remedy = hasChecks ? "ask there, or give --check 'status == 200'" : "ask there";
    return [...this.#kinds].map(([operation, { status, location, count }]) => {
      const where = textWithoutSecrets(location).slice(0, MAX_SHOWN);
      return `${operation}: ${count} answers say that it is elsewhere (the first HTTP ${status}, ${where}). They count as good, and nobody follows them: ${remedy}.`;
    });
  }
}
