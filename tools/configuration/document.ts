import { describe, type VariableRow } from "../../services/platform/config/describe.ts";
import {
  CONSOLE,
  defaultPorts,
  NEIGHBOURS,
  SERVICES,
  type ServiceName,
} from "../../services/platform/config/ports.ts";
import { SERVICE_SPECS } from "./service-specs.ts";

/** Any will do: what counts is how far from it a port is. */
const A_BASE = 10_000;
const INTRODUCTION = `# Configuration

Made by \`npm run configuration\` from the declarations that the services check at start: a service names
everything that is wrong at once, with the variable, its value and what is allowed, and does not start.

\`TIDINGS_PORT_BASE=N\` moves all default ports; the tools (\`npm run call\` and the like) find them by it too.

| service | port | with N | metrics | with N |
|---|---|---|---|---|
${portRows()}
`;

function portRows(): string {
  const wellKnown = defaultPorts({});
  const moved = defaultPorts({ TIDINGS_PORT_BASE: String(A_BASE) });
  const names: readonly ServiceName[] = [...SERVICES, CONSOLE, ...NEIGHBOURS];
  const rows = names.map((name) => {
    const { port, metricsPort } = wellKnown[name];
    const offset = (to: number) => (to === A_BASE ? "N" : `N+${to - A_BASE}`);
    const { port: to, metricsPort: metricsTo } = moved[name];
    return `| ${name} | ${port} | ${offset(to)} | ${metricsPort} | ${offset(metricsTo)} |`;
  });
  return rows.join("\n");
}

interface Documented extends VariableRow {
  readonly services: readonly string[];
}

/** docs/configuration.md: first what several services read, then each service's own. */
export function configurationDocument(): string {
  const variables = new Map<string, Documented>();
  for (const [service, spec] of Object.entries(SERVICE_SPECS)) {
    for (const row of describe(spec)) {
      const services = [...(variables.get(row.name)?.services ?? []), service];
      // The console only shows what the others use: what it is for is theirs to say.
      const known = service === "console" ? variables.get(row.name) : undefined;
      variables.set(row.name, { ...(known ?? row), services });
    }
  }
  const all = [...variables.values()];
  const shared = all.filter(({ services }) => services.length > 1);
  const sections = Object.keys(SERVICE_SPECS).map((name) =>
    section(
      name,
      all.filter(({ services }) => services.length === 1 && services[0] === name),
    ),
  );
  return [INTRODUCTION, section("Shared", shared, true), ...sections].join("\n");
}

function section(title: string, rows: readonly Documented[], isShared = false): string {
  const head = isShared
    ? "| variable | default | allowed | what for | read by |"
    : "| variable | default | allowed | what for |";
  const rule = head.replace(/[^|]+/g, "---");
  const lines = rows.map(({ name, help, allowed, default: standard, services }) => {
    const cells = [`\`${name}\``, shown(standard), allowed, help];
    if (isShared) cells.push(services.join(", "));
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return `## ${title}\n\n${[head, rule, ...lines].join("\n")}\n`;
}

function shown(standard: string | undefined): string {
  if (standard === undefined) return "must be set";
  return standard === "" ? "none" : `\`${standard}\``;
}
