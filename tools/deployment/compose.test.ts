import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { defaultPorts } from "../../services/platform/config/ports.ts";
import { consolePorts, DEPLOY, metricsPorts, nameOf, read, VARIABLES } from "./testing/deployed.ts";

describe("the compose file", () => {
  const { services } = parse(read("compose.yaml"), { merge: true }) as {
    services: Readonly<Record<string, ComposeService>>;
  };
  interface ComposeService {
    readonly command?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
    readonly healthcheck?: { readonly test: readonly string[] };
    readonly volumes?: readonly string[];
    readonly read_only?: boolean;
    readonly profiles?: readonly string[];
  }
  const own = Object.entries(services).filter(
    ([, { command, profiles }]) => command?.[0].endsWith("/main.ts") && !profiles,
  );

  it("runs the whole mesh, read-only, by variables that are read", () => {
    const names = own.map(([name]) => name).sort();
    expect(names).toEqual([
      "console",
      "engagement",
      "fanout",
      "friend",
      "gateway",
      "post",
      "ranking",
      "timeline",
    ]);
    for (const [name, { command, environment, read_only }] of own) {
      expect(command).toHaveLength(1);
      expect(nameOf(command?.[0] ?? "")).toBe(name);
      expect(existsSync(join(DEPLOY, "..", command?.[0] ?? ""))).toBe(true);
      expect(read_only).toBe(true);
      for (const variable of Object.keys(environment ?? {})) expect(VARIABLES).toContain(variable);
    }
  });

  it("has a console that looks at everybody", () => {
    const others = own.map(([name]) => name).filter((name) => name !== "console");
    const { TIDINGS_CONSOLE_PROCESSES = "" } = services.console.environment ?? {};
    expect(consolePorts(TIDINGS_CONSOLE_PROCESSES)).toEqual(metricsPorts(others));
  });

  it("takes backups when it is asked to, with the keys, outside the mesh's folder", () => {
    const { command, environment, profiles, volumes = [], read_only } = services.backup;
    expect({ profiles, read_only }).toEqual({ profiles: ["backup"], read_only: true });
    expect(command?.slice(0, 4)).toEqual([
      ...["tools/backup/main.ts", "take", "--in", "/backups/tidings"],
    ]);
    expect(environment).toMatchObject({ TIDINGS_ENGINE: "cql", TIDINGS_DATA_DIR: "/data" });
    const places = volumes.map((one) => one.replace(/:ro$/, "").split(":").at(-1));
    expect(places).toEqual(["/data/keys", "/backups"]);
    for (const variable of Object.keys(environment ?? {})) expect(VARIABLES).toContain(variable);
  });

  it("asks each for its health at its port, by a program that is there", () => {
    const ports = defaultPorts({});
    for (const [name, { healthcheck }] of own) {
      if (!healthcheck) continue;
      const [, , program, port] = healthcheck.test;
      expect(existsSync(join(DEPLOY, "..", program))).toBe(true);
      expect(Number(port)).toBe(ports[name as keyof typeof ports].port);
    }
  });

  it("mounts files that are there", () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) => volumes);
    const files = mounted.filter((one) => one.startsWith("./")).map((one) => one.split(":")[0]);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(existsSync(join(DEPLOY, file))).toBe(true);
  });
});
