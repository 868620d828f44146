import { HEADER_NAME, HEADER_VALUE } from "../../drivers/header-syntax.ts";
import { checkPath, type Shape } from "../checks/answer-shape.ts";
import { parseCheck, problemOfPath } from "../checks/check.ts";
import { CheckError, type CheckedProtocol } from "../checks/check-error.ts";
import { type Template, textTemplate } from "../data/template.ts";
import type { CallSpec } from "../spec/call-scenario.ts";
import type { CompiledCall } from "./compiled-call.ts";

/** What an answer may be, as far as it is known before any is there. */
interface Answers {
  readonly protocol: CheckedProtocol;
  /** Of its JSON; undefined over HTTP. */
  readonly shape?: Shape;
}

/**
 * What calls have in common, whatever the protocol. Throws a CheckError for checks and what is saved that no
 * answer could have.
 */
export function sharedParts(
  { checks = [], save = {}, thinkMs = 0 }: CallSpec,
  { protocol, shape }: Answers,
): Pick<CompiledCall, "checks" | "save" | "thinkMs"> {
  const parsed = checks.map((text) => parseCheck(text, protocol));
  for (const { text, path } of parsed)
    if (path !== undefined) known(`Check "${text}"`, path, shape);
  for (const [name, path] of Object.entries(save)) known(`save.${name} "${path}"`, path, shape);
  return {
    checks: parsed,
    save: new Map(Object.entries(save)),
    thinkMs: typeof thinkMs === "number" ? [thinkMs, thinkMs] : thinkMs,
  };
}

function known(what: string, path: string, shape: Shape | undefined): void {
  const problem = problemOfPath(path);
  if (problem !== undefined) throw new CheckError(`${what}: ${problem}.`);
  if (!shape) return;
  try {
    checkPath(path, shape);
  } catch (error) {
    throw new CheckError(`${what}: ${(error as Error).message}.`);
  }
}

type Headers = Readonly<Record<string, string>>;

/**
 * Names in lower case: of two that differ by that alone the later counts. Undefined: there are none. Throws a RangeError
 * for what is no header; so does `fill`. What they hold is not told: it may be a secret.
 */
export function headersTemplate(headers: Headers | undefined): Template<Headers> | undefined {
  if (headers === undefined) return undefined;
  const fields = Object.entries(headers).map(([name, text]) => {
    if (!HEADER_NAME.test(name))
      throw new RangeError(`headers: ${JSON.stringify(name)} is no name of one.`);
    return [name.toLowerCase(), textTemplate(text)] as const;
  });
  return {
    isConstant: fields.every(([, { isConstant }]) => isConstant),
    fill: (filling) =>
      Object.fromEntries(
        fields.map(([name, one]) => [name, headerValue(name, one.fill(filling))] as const),
      ),
  };
}

function headerValue(name: string, value: string): string {
  if (HEADER_VALUE.test(value)) return value;
  throw new RangeError(
    `headers.${name}: a value is of printable ASCII, and this one has other characters: encode them.`,
  );
}
