import { type DescMessage, type FileRegistry, fromBinary, toJson } from "@bufbuild/protobuf";
import { findMethod, findService, loadApi } from "../../../tools/call/api.ts";
import type { GhzCall } from "../../drivers/ghz/play-ghz.ts";
import type { MixedCall } from "../../scenarios/scenario.ts";
import { type CallsOptions, planCalls } from "../../sessions/calls/planned-calls.ts";
import { OperationTable, type PlannedOperation } from "../../sessions/operations.ts";

export interface MixOptions extends CallsOptions {
  readonly perSecond: number;
  readonly calls: readonly MixedCall[];
}

/** ghz goes round them: enough that no cache holds the answers of all. */
const DRAWN = 4_000;

/**
 * The calls of a mix as ghz makes them: a list for each method and server, in their proportions, about the
 * same people as other drivers' calls. Each goes where the others' go, as pages to the owner of the viewer.
 */
export async function ghzCalls(options: MixOptions): Promise<readonly GhzCall[]> {
  const operations = new OperationTable();
  const callAt = await planCalls(options, options.calls, operations, "");
  const api = await loadApi();
  const inputs = operations.rows.map(({ target }) => inputOf(api, target.path));
  const drawn = Array.from({ length: DRAWN }, (_, n) => ({ n, ...callAt(n) }));
  const totalWeight = options.calls.reduce((sum, { weight }) => sum + weight, 0);
  return operations.rows.flatMap((row, operation) => {
    const own = drawn.filter((call) => call.operation === operation);
    const perSecond = (options.perSecond * options.calls[operation].weight) / totalWeight;
    const byServer = Map.groupBy(
      own,
      ({ n, address }) => address ?? n % row.target.addresses.length,
    );
    return [...byServer].map(([server, some]) => ({
      ...describe(row),
      address: row.target.addresses[server],
      perSecond: (perSecond * some.length) / own.length,
      messages: some.map(({ message }) => jsonOf(api, inputs[operation], known(row, message()))),
    }));
  });
}

/** ghz gets its messages beforehand. */
function known({ name }: PlannedOperation, message: Uint8Array | "nothing"): Uint8Array {
  if (message !== "nothing") return message;
  throw new RangeError(`${name} is about posts that the run makes, which ghz can't name`);
}

function describe({ name, target }: PlannedOperation) {
  return { name, method: target.path.slice(1), timeoutMs: target.timeoutMs };
}

function inputOf(api: FileRegistry, path: string): DescMessage {
  const [, service = "", method = ""] = path.split("/");
  return findMethod(findService(api, service), method).input;
}

function jsonOf(registry: FileRegistry, input: DescMessage, message: Uint8Array): unknown {
  return toJson(input, fromBinary(input, message), { registry });
}
