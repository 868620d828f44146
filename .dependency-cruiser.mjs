/** Which way dependencies point: handlers -> domain -> ports <- adapters. See ARCHITECTURE.md. */
const DRIVERS = "node_modules/(lmdb|cassandra-driver|rabbitmq-client|fastify|@fastify|ioredis)/";

export default {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "platform-knows-no-service",
      severity: "error",
      from: { path: "^services/platform/" },
      to: { path: "^services/(?!platform/|model/)" },
    },
    {
      name: "model-is-pure",
      severity: "error",
      from: { path: "^services/model/", pathNot: "[.]test[.]ts$" },
      to: { pathNot: "^(services/model/|gen/|node_modules/@bufbuild/protobuf/|services/timeline/ports[.]ts$)" },
    },
    {
      name: "services-talk-protobuf",
      comment: "No service imports the inside of another.",
      severity: "error",
      from: { path: "^services/(post|friend|timeline|ranking|fanout|gateway)/" },
      to: {
        path: "^services/(post|friend|timeline|ranking|fanout|gateway)/",
        pathNot: "^services/$1/",
      },
    },
    {
      name: "domain-is-pure",
      severity: "error",
      from: { path: "^services/[^/]+/domain/", pathNot: "[.]test[.]ts$" },
      to: { path: `${DRIVERS}|/adapters/|/handlers/|node_modules/@grpc/|^services/platform/(messaging|storage)/` },
    },
    {
      name: "handlers-know-no-adapter",
      severity: "error",
      from: { path: "^services/[^/]+/(handlers|routes)/", pathNot: "[.]test[.]ts$" },
      to: { path: "node_modules/(lmdb|cassandra-driver|rabbitmq-client)/|/adapters/" },
    },
    {
      name: "only-the-composition-root-names-adapters",
      severity: "error",
      from: { path: "^services/(?!platform/)", pathNot: "(/create[.]ts|/engines/.*|/adapters/.*|[.]test[.]ts|/testing/.*)$" },
      to: { path: "^services/(?!platform/)[^/]+/adapters/" },
    },
    {
      name: "services-know-no-tools",
      severity: "error",
      from: { path: "^services/", pathNot: "([.]test[.]ts|/testing/.*)$" },
      to: { path: "^(tools|test|bench|loadtest/(?!population/))" },
    },
    {
      name: "drivers-stay-in-adapters",
      severity: "error",
      from: { path: "^(services|loadtest)/", pathNot: "(/adapters/|^services/platform/(storage|messaging)/|^services/gateway/|[.]test[.]ts$)" },
      to: { path: DRIVERS },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|^gen/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "types"] },
  },
};
