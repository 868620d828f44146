/** Which way dependencies point: handlers -> domain -> ports <- adapters. See ARCHITECTURE.md. */
const SERVICES =
  "post|friend|timeline|ranking|fanout|gateway|engagement|erasure|ratelimit|bookstore|growth";
const DRIVERS = "node_modules/(lmdb|cassandra-driver|rabbitmq-client|fastify|@fastify|ioredis)/";

export default {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true },
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
      comment: "No service imports the inside of another; ratelimit/host and friend/host are what their callers run.",
      severity: "error",
      from: { path: `^services/(${SERVICES})/` },
      to: {
        path: `^services/(${SERVICES})/`,
        pathNot: "^services/($1|ratelimit/host|friend/host)/",
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
      to: { path: "^(console|tools|test|bench|loadtest)/" },
    },
    {
      name: "nothing-stands-on-the-console",
      comment: "It looks at everything; of it tools take where its token is.",
      severity: "error",
      from: { path: "^(tools|loadtest|bench)/" },
      to: { path: "^console/", pathNot: "^console/(access/admin-token|config)[.]ts$" },
    },
    {
      name: "population-is-computed",
      comment: "People and friendships come from a seed: no I/O, and nothing above it.",
      severity: "error",
      from: { path: "^population/", pathNot: "[.]test[.]ts$" },
      to: { pathNot: "^(population/|services/model/|gen/|node_modules/)" },
    },
    {
      name: "erasure-knows-no-service",
      comment: "A library of its own, over any store. Of the platform it takes the bounded loop, which knows no domain.",
      severity: "error",
      from: { path: "^erasure/", pathNot: "([.]test[.]ts|/testing/.*)$" },
      to: { pathNot: "^(erasure/|services/platform/concurrency/|node_modules/(@types/node|fast-check)/)", dependencyTypesNot: ["core"] },
    },
    {
      name: "drivers-stay-in-adapters",
      severity: "error",
      from: { path: "^(services|population|loadtest)/", pathNot: "(/adapters/|^services/platform/(storage|messaging)/|^services/gateway/|[.]test[.]ts$)" },
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
