import { present } from "../../../services/model/invariant.ts";
import type { Target } from "../../drivers/driver.ts";
import type { Operation } from "../../run/step.ts";
import type { CallScenario, CallSpec, FlowSpec } from "../spec/call-scenario.ts";
import { GrpcCompiler } from "./compile-grpc.ts";
import { compileHttp } from "./compile-http.ts";
import type { CompiledCall, CompiledFlow } from "./compiled-call.ts";

/** All flows, ready to be made. Throws a RangeError that names the call and what is wrong with it. */
export function compileFlows(
  { flows, target }: Pick<CallScenario, "flows" | "target">,
  descriptors: Uint8Array | undefined,
): readonly CompiledFlow[] {
  const grpc = descriptors && new GrpcCompiler(descriptors, target);
  const names = new Names();
  let operation = 0;
  return flows.map(({ weight = 1, steps, group }, flow) => ({
    weight,
    steps: steps.map((spec, step) => {
      const withHeaders = { ...spec, headers: { ...target.headers, ...spec.headers } };
      const call = named(`flows[${flow}].steps[${step}]`, () =>
        target.protocol === "grpc"
          ? present(grpc).compile(withHeaders)
          : compileHttp(withHeaders, target),
      );
      const name = names.take(group === undefined ? call.name : `${group}.${call.name}`);
      return { call: { ...call, name }, operation: operation++ };
    }),
  }));
}

/** The calls of all flows in the order of their operations. */
export function operationsOf(flows: readonly CompiledFlow[]): {
  readonly operations: readonly Operation[];
  readonly targets: readonly Target[];
} {
  const calls: readonly CompiledCall[] = flows.flatMap(({ steps }) =>
    steps.map(({ call }) => call),
  );
  return {
    operations: calls.map(({ name, target }) => ({ name, timeoutMs: target.timeoutMs })),
    targets: calls.map(({ target }) => target),
  };
}

/** Services whose methods are called. */
export function servicesIn(flows: readonly FlowSpec[]): readonly string[] {
  const methods = flows.flatMap(({ steps }) => steps.map(({ method = "" }: CallSpec) => method));
  return [...new Set(methods.map((method) => method.split("/")[0]))];
}

/** Two calls of one name would be one operation: the later is told apart by a number that is free. */
class Names {
  readonly #taken = new Set<string>();

  take(name: string): string {
    let free = name;
    for (let i = 2; this.#taken.has(free); i++) free = `${name}-${i}`;
    this.#taken.add(free);
    return free;
  }
}

function named<T>(where: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    throw new RangeError(`${where}: ${(error as Error).message}`, { cause: error });
  }
}
