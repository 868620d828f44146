import { dirname, resolve } from "node:path";
import type { CallScenario, TargetSpec, TlsSpec } from "./call-scenario.ts";

/** The scenario of a file, with the files that it names found from where it lies itself. */
export function besideFile(scenario: CallScenario, file: string): CallScenario {
  const found = (name: string) => resolve(dirname(file), name);
  const { target, rows, trace } = scenario;
  return {
    ...scenario,
    target: targetBeside(target, found),
    ...(rows && { rows: { ...rows, file: found(rows.file) } }),
    ...(trace && { trace: { ...trace, file: found(trace.file) } }),
  };
}

function targetBeside(target: TargetSpec, found: (name: string) => string): TargetSpec {
  const { protos, descriptorSet, tls } = target;
  const { files = [], importPaths } = protos ?? {};
  return {
    ...target,
    ...(protos && {
      protos: {
        files: files.map(found),
        ...(importPaths && { importPaths: importPaths.map(found) }),
      },
    }),
    ...(descriptorSet !== undefined && { descriptorSet: found(descriptorSet) }),
    ...(tls && { tls: tlsBeside(tls, found) }),
  };
}

function tlsBeside(tls: TlsSpec, found: (name: string) => string): TlsSpec {
  const named = Object.entries({ ca: tls.ca, cert: tls.cert, key: tls.key });
  const files = named.flatMap(([kind, name]) => (name === undefined ? [] : [[kind, found(name)]]));
  return { ...tls, ...Object.fromEntries(files) };
}
