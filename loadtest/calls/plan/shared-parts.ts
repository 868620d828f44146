import { parseCheck } from "../checks/check.ts";
import { type Template, textTemplate } from "../data/template.ts";
import type { CallSpec } from "../spec/call-scenario.ts";
import type { CompiledCall } from "./compiled-call.ts";

/** What calls have in common, whatever the protocol. Throws a CheckError. */
export function sharedParts({
  checks = [],
  save = {},
  thinkMs = 0,
}: CallSpec): Pick<CompiledCall, "checks" | "save" | "thinkMs"> {
  return {
    checks: checks.map(parseCheck),
    save: new Map(Object.entries(save)),
    thinkMs: typeof thinkMs === "number" ? [thinkMs, thinkMs] : thinkMs,
  };
}

type Headers = Readonly<Record<string, string>>;

/** Undefined: there are none. */
export function headersTemplate(headers: Headers | undefined): Template<Headers> | undefined {
  if (headers === undefined) return undefined;
  const fields = Object.entries(headers).map(([name, text]) => [name, textTemplate(text)] as const);
  return {
    isConstant: fields.every(([, { isConstant }]) => isConstant),
    fill: (filling) =>
      Object.fromEntries(fields.map(([name, template]) => [name, template.fill(filling)])),
  };
}
