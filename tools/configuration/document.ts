import { describe, type VariableRow } from "../../services/platform/config/describe.ts";
import { SERVICE_SPECS } from "./service-specs.ts";

const INTRODUCTION = `# Configuration

Made by \`npm run configuration\` from the declarations that the services check at start: a service names
everything that is wrong at once, with the variable, its value and what is allowed, and does not start.

\`TIDINGS_PORT_BASE=N\` moves all default ports: the gateway to N, post, friend, timeline, ranking to N+1 to
N+4, metrics to N+10 onwards; neighbours to N+20 onwards and their metrics to N+25. Without it they are
8080, 50051 to 50054, and 9464 onwards; neighbours 50061 onwards, their metrics 9474.
`;

interface Documented extends VariableRow {
  readonly services: readonly string[];
}

/** docs/configuration.md: first what several services read, then each service's own. */
export function configurationDocument(): string {
  const variables = new Map<string, Documented>();
  for (const [service, spec] of Object.entries(SERVICE_SPECS)) {
    for (const row of describe(spec)) {
      const services = [...(variables.get(row.name)?.services ?? []), service];
      variables.set(row.name, { ...row, services });
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
