import type { TraceRecord } from "../data/trace/trace-record.ts";
import type { CallSpec, FlowSpec, TargetSpec } from "../spec/call-scenario.ts";

/** Beyond so many kinds of calls nobody reads a table. */
const MAX_KINDS = 200;
/** Parts of a path that name one thing among many: numbers, UUIDs, long hexadecimal. */
const ID = /^(\d+|[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|[\da-f]{16,})$/i;

/** What a call of a trace counts as: its method, or its path with ":id" for what names one of many. */
export function flowNameOf({ method, request = "" }: TraceRecord): string {
  if (method !== undefined) return method;
  const [verb, url = "/"] = request.split(" ");
  const path = url.split("?")[0].split("/");
  return `${verb} ${path.map((part) => (ID.test(part) ? ":id" : part)).join("/")}`;
}

/**
 * A flow of one step for each kind of call, filled from the records. Throws a RangeError for too many, and for
 * calls of another protocol than the target's.
 */
export function flowsOfTrace(
  records: readonly TraceRecord[],
  protocol: TargetSpec["protocol"],
): readonly FlowSpec[] {
  const kinds = new Map<string, TraceRecord>();
  for (const record of records) {
    const name = flowNameOf(record);
    if ((record.method !== undefined) !== (protocol === "grpc")) {
      throw new RangeError(
        protocol === "grpc"
          ? `${name} of the trace is of HTTP: give --target http://HOST:PORT.`
          : `${name} of the trace is of gRPC: give --target HOST:PORT, without http://.`,
      );
    }
    if (!kinds.has(name)) kinds.set(name, record);
    if (kinds.size > MAX_KINDS) {
      throw new RangeError(`The trace has over ${MAX_KINDS} kinds of calls, as ${name}: cut it.`);
    }
  }
  return [...kinds].map(([name, record]) => ({ steps: [stepOf(name, record)] }));
}

function stepOf(name: string, { method, request = "" }: TraceRecord): CallSpec {
  if (method !== undefined) return { method, data: "{{row.message}}" };
  const [verb] = request.split(" ");
  return { name, request: `${verb} /{{row.path}}`, body: "{{row.body}}" };
}
