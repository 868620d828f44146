import { Client, types } from "cassandra-driver";

type Environment = Readonly<Record<string, string>>;

/** The driver with nothing around it, in a mesh's keyspace: what the mesh's statements are held against. */
export async function connectDriver(env: Environment): Promise<Client> {
  const contactPoints = env.TIDINGS_CQL_CONTACT_POINTS.split(",");
  const driver = new Client({
    contactPoints,
    localDataCenter: env.TIDINGS_CQL_LOCAL_DC,
    keyspace: env.TIDINGS_CQL_KEYSPACE,
    protocolOptions: { port: Number(contactPoints[0].split(":")[1]) },
    encoding: { useBigIntAsLong: true },
    queryOptions: { consistency: types.consistencies.localQuorum },
  });
  await driver.connect();
  return driver;
}
