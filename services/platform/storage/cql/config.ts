import { fileText } from "../../config/files.ts";
import { NODES } from "../../config/list-items.ts";
import { integer, list, text } from "../../config/variables.ts";

/** The variables of a process that stores in ScyllaDB or Cassandra. */
export const CQL_VARIABLES = {
  cqlContactPoints: list("TIDINGS_CQL_CONTACT_POINTS", NODES, {
    default: ["127.0.0.1:9042"],
    maxItems: 20,
    help: "nodes to ask for the others, host:port",
  }),
  cqlLocalDc: text("TIDINGS_CQL_LOCAL_DC", {
    default: "datacenter1",
    help: "the data centre of this process: quorum means a quorum there",
  }),
  cqlUser: text("TIDINGS_CQL_USER", {
    default: "",
    help: "the role to log in as; none: without",
  }),
  cqlPassword: fileText("TIDINGS_CQL_PASSWORD_FILE", { help: "holds the password of the role" }),
  cqlAuthorities: fileText("TIDINGS_CQL_CA_FILE", {
    help: "PEM certificates of who signs those of the nodes: connections are by TLS; none: plaintext",
  }),
  cqlKeyspace: text("TIDINGS_CQL_KEYSPACE", {
    default: "tidings",
    pattern: /^[a-z][a-z0-9_]{0,47}$/,
    allowed: "1 to 48 of a-z, 0-9 and _, a letter first",
    help: "the keyspace; made when missing",
  }),
  cqlReplication: integer("TIDINGS_CQL_REPLICATION", {
    default: 1,
    min: 1,
    max: 9,
    help: "copies in the local data centre, for a keyspace that is made; 3 in production",
  }),
} as const;

export interface CqlConfig {
  readonly cqlContactPoints: readonly string[];
  readonly cqlLocalDc: string;
  readonly cqlUser?: string;
  readonly cqlPassword?: string;
  readonly cqlAuthorities?: string;
  readonly cqlKeyspace: string;
  readonly cqlReplication: number;
}
