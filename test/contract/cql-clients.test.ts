import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { processName } from "../../services/platform/lifecycle/process-name.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../support/engines/cql-keyspace.ts";

const address = await runningCql();
const CLIENTS = "SELECT client_options FROM system_views.clients";

describe.skipIf(!address)(cqlTitle("connections to the database", address), () => {
  let keyspace: Awaited<ReturnType<typeof freshKeyspace>>;
  beforeAll(async () => {
    keyspace = await freshKeyspace(present(address));
  });
  afterAll(() => keyspace.drop());

  it("say whose they are: the service, the machine and the process", async () => {
    const clients = await keyspace.cql.run(CLIENTS, []);
    const names = clients.map(
      (row) => (row.client_options as Record<string, string> | null)?.APPLICATION_NAME,
    );
    expect(processName("test")).toMatch(/^tidings test@\S+:\d+$/);
    expect(names).toContain(processName("test"));
  });
});
