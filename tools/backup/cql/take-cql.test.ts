import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../../services/platform/config/config.ts";
import { CQL_VARIABLES } from "../../../services/platform/storage/cql/config.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { type Cql, connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { engineSets } from "../../../test/support/engines/engine-sets.ts";
import { shell } from "../../../test/support/readme/shell.ts";
import { readMeshConfig } from "../config.ts";
import { IMPATIENT } from "../repository/patience.ts";
import { Repository } from "../repository/repository.ts";
import { restore } from "../restore.ts";
import { takeBackup } from "../take.ts";
import { DEFINITIONS } from "./tables.ts";

const [, { env }] = await engineSets();
const log = createLogger("test", "silent");
const KEY = join("keys", "jwt-development.pem");

let root: string;
let folder: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "tidings-backup-"));
  folder = join(root, "backups");
});
afterAll(() => rmSync(root, { recursive: true }));

const envOf = (dataDir: string, keyspace?: string) => ({
  ...env,
  TIDINGS_ENGINE: "cql",
  TIDINGS_DATA_DIR: join(root, dataDir),
  ...(keyspace !== undefined && { TIDINGS_CQL_KEYSPACE: keyspace }),
});

async function take(dataDir: string, keyspace?: string) {
  const config = await readMeshConfig(envOf(dataDir, keyspace));
  const told = { onProgress: () => {}, onWarning: () => {} };
  const how = { patience: IMPATIENT, partsMayBeMissing: false, ...told };
  return takeBackup({ folder, config, ...how });
}

function session(): Promise<Cql> {
  const config = { ...readConfig(CQL_VARIABLES, env ?? {}), service: "test" };
  return connectCql(config, log);
}

it("a database that is away is named, and what to do", async () => {
  const away = {
    ...envOf("data"),
    // Also where no engines are up: a backup asks the database alone.
    TIDINGS_ENGINE: "cql",
    TIDINGS_CQL_LOCAL_DC: "datacenter1",
    TIDINGS_CQL_CONTACT_POINTS: "127.0.0.1:9",
  };
  const ended = await shell(`node tools/backup/main.ts take --in ${folder}`, {
    ...process.env,
    ...away,
  }).ended;
  expect(ended.code).toBe(1);
  expect(ended.output).toMatch(
    /^the database at 127\.0\.0\.1:9 did not .*ECONNREFUSED.* or set TIDINGS_CQL_CONTACT_POINTS/m,
  );
});

describe.skipIf(!env)("a keyspace", () => {
  const keyspace = env?.TIDINGS_CQL_KEYSPACE ?? "";
  afterAll(async () => {
    const cql = await session();
    await cql.define(`DROP KEYSPACE ${keyspace}`);
    await cql.close();
  });

  it("that has no mesh is refused by its name, and not made, by every round", async () => {
    const typo = `${keyspace}_typo`;
    const message = `the keyspace ${typo} has nothing of a mesh: set TIDINGS_CQL_KEYSPACE`;
    await expect(take("data", typo)).rejects.toThrow(message);
    const env_ = { ...process.env, ...envOf("data", typo) };
    const rounds = shell(`node tools/backup/main.ts take --every 10s --in ${folder}`, env_);
    await rounds.printed(/No backup: the keyspace \S+_typo has nothing/);
    rounds.interrupt();
    expect(await rounds.ended).toMatchObject({ code: 0 });
    const cql = await session();
    const find = "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?";
    expect(await cql.run(find, [typo])).toEqual([]);
    await cql.close();
    // It is there, and empty.
    await expect(take("data")).rejects.toThrow(`${keyspace} has nothing of a mesh`);
    await expect(Repository.open(folder)).rejects.toThrow("has no backups of a mesh");
  });

  it("is in a backup with the keys of its mesh, and comes back with them", async () => {
    const cql = await session();
    const tables = ["posts", "author_states"];
    await migrate(
      cql,
      DEFINITIONS.filter(({ table }) => tables.includes(table)),
    );
    const key = (dataDir: string) => join(root, dataDir, KEY);
    mkdirSync(join(root, "data", "keys"), { recursive: true });
    writeFileSync(key("data"), "signs");
    await take("data");
    await cql.define("DROP TABLE author_states");
    await expect(take("data")).rejects.toThrow(
      /^not found in the keyspace .*: cql\/author_states, .*--parts-may/,
    );
    await cql.define("DROP TABLE posts");
    await cql.close();

    mkdirSync(join(root, "other", "keys"), { recursive: true });
    writeFileSync(key("other"), "another");
    const back = async (dataDir: string) =>
      restore(folder, await readMeshConfig(envOf(dataDir)), Number.POSITIVE_INFINITY, () => {});
    await expect(back("other")).rejects.toThrow(`${key("other")} is there already`);
    await back("new");
    expect(readFileSync(key("new"), "utf8")).toBe("signs");
  });
});
