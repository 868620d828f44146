import type { Html } from "./html.ts";

/** How it ended, in a word: shape and word tell it, and the colour too. */
export interface Badge {
  readonly word: string;
  readonly tone: "good" | "bad" | "plain";
}

/** How one kind of result becomes a part of the page. */
export interface ReportKind<Result> {
  readonly name: string;
  title(result: Result): string;
  badge(result: Result): Badge;
  /** What is below the title; `id` begins the ids of its parts, as several results may be on a page. */
  body(result: Result, id: string): Html;
}
