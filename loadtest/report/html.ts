/** Markup that is safe to put into a page: everything in it was escaped, or written here. */
export class Html {
  readonly text: string;

  /** Use the `html` tag; only what is known to be markup or script comes here as it is. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, undefined and false are nothing. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/** A piece of a page. Names of scenarios, errors and paths may hold anything, and stay text. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  const pieces = strings.map((piece, i) => piece + (i < values.length ? textOf(values[i]) : ""));
  return new Html(pieces.join(""));
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "object") return content.map(textOf).join("");
  return escaped(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** JSON inside a script element, which nothing in it can end. */
export function jsonInScript(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll("<", "\\u003c"));
}
