import cassandra from "cassandra-driver";
import { cqlAccess, FIRST_ROLE, type SecurePlace } from "./secure-place.ts";

/** Makes the role of the place, and takes all from the role that everybody knows the password of. */
export async function makeRoles(contactPoint: string, place: SecurePlace): Promise<void> {
  const { user, password } = place;
  const as = async (credentials: typeof FIRST_ROLE, statement: string) => {
    const client = new cassandra.Client({
      contactPoints: [contactPoint],
      ...cqlAccess(place, credentials),
      localDataCenter: "datacenter1",
      protocolOptions: { port: Number(contactPoint.split(":")[1]) },
    });
    await client.execute(statement).finally(() => client.shutdown());
  };
  const rights = "SUPERUSER = true AND LOGIN = true";
  await as(
    FIRST_ROLE,
    `CREATE ROLE IF NOT EXISTS ${user} WITH PASSWORD = '${password}' AND ${rights}`,
  );
  const own = { username: user, password };
  await as(own, `ALTER ROLE ${FIRST_ROLE.username} WITH SUPERUSER = false AND LOGIN = false`);
}
