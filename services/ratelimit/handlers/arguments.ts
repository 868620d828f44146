import type { Amount } from "#gen/ratelimit/v1/ratelimit.ts";
import { unreadableLabel } from "../../model/texts/readable-text.ts";
import { invalidArgument, refuseField } from "../../platform/grpc/errors/errors.ts";
import { type Amounts, MAX_BURST, mapAmounts } from "../domain/amounts.ts";
import { type LimitPath, pathProblem } from "../domain/limits/path.ts";
import { countsOf } from "../wire/amounts.ts";

const MAX_HOLDER_CHARACTERS = 128;
const MAX_BOOT_ID_CHARACTERS = 64;

/** The name of one node. */
export function nodePath(field: string, path: string): LimitPath {
  const problem = pathProblem(path, false);
  if (problem === undefined) return path;
  throw invalidArgument(field, problem, 'name a node, such as "fleet/host-7/vm-3"');
}

export function holderName(holder: string): string {
  return chosenName("holder", holder, MAX_HOLDER_CHARACTERS);
}

export function bootName(bootId: string): string {
  return chosenName("boot_id", bootId, MAX_BOOT_ID_CHARACTERS);
}

/** One line of 1 to `max` characters. */
function chosenName(field: string, name: string, max: number): string {
  const { length } = name;
  if (length < 1 || length > max) {
    throw invalidArgument(field, `has ${length} characters`, `send a name of 1 to ${max}`);
  }
  refuseField(field, unreadableLabel(name));
  return name;
}

/** At most `max` items, and at least `min`. */
export function count(field: string, length: number, min: number, max: number): void {
  if (length >= min && length <= max) return;
  throw invalidArgument(field, `has ${length} items`, `send ${min} to ${max}`);
}

/** Operations and bytes of one request; one operation when neither is said. */
export function cost(ops: bigint, bytes: bigint): { readonly ops: number; readonly bytes: number } {
  const within = (field: "ops" | "bytes", value: bigint) => {
    if (value >= 0n && value <= BigInt(MAX_BURST[field])) return Number(value);
    throw invalidArgument(field, `is ${value}`, `send 0 to ${MAX_BURST[field]}`);
  };
  const asked = { ops: within("ops", ops), bytes: within("bytes", bytes) };
  return asked.ops === 0 && asked.bytes === 0 ? { ops: 1, bytes: 0 } : asked;
}

/** Of a burst; nothing when it is absent. */
export function tokens(field: string, amount: Amount | undefined): Amounts {
  const sent = countsOf(amount);
  return mapAmounts((r) => {
    if (sent[r] >= 0 && sent[r] <= MAX_BURST[r]) return sent[r];
    throw invalidArgument(`${field}.${r}`, `is ${sent[r]}`, `send 0 to ${MAX_BURST[r]}`);
  });
}
