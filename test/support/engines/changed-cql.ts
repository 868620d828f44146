import type { Cql } from "../../../services/platform/storage/cql/session.ts";

/** A session in which some calls are others, as a fault between a service and its database. */
export function changedCql(cql: Cql, changed: Partial<Cql>): Cql {
  // Not an object that inherits from it: that has no private fields.
  return {
    keyspace: cql.keyspace,
    run: (...statement) => cql.run(...statement),
    runPartition: (statements) => cql.runPartition(statements),
    replicaOf: (...key) => cql.replicaOf(...key),
    serialRead: (...statement) => cql.serialRead(...statement),
    serialRows: (...statement) => cql.serialRows(...statement),
    cas: (...statement) => cql.cas(...statement),
    define: (statement) => cql.define(statement),
    close: () => cql.close(),
    ...changed,
  };
}
