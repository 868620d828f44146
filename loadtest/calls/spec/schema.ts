import { Type } from "@sinclair/typebox";

const MAX_LIST = 1_000;
const closed = { additionalProperties: false };
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const number = (minimum: number, maximum: number) => Type.Number({ minimum, maximum });
const list = <T extends Parameters<typeof Type.Array>[0]>(of: T, minItems = 0) =>
  Type.Array(of, { minItems, maxItems: MAX_LIST });
const texts = Type.Record(Type.String(), Type.String());
const optional = Type.Optional;
const either = (...values: readonly string[]) =>
  Type.Union(values.map((value) => Type.Literal(value)));

const STEP = Type.Object(
  {
    name: optional(text(100)),
    method: optional(
      Type.String({ pattern: "^[\\w.]+/\\w+$", examples: ["package.Service/Method"] }),
    ),
    request: optional(Type.String({ pattern: "^\\s*[A-Z]+\\s+/", examples: ["GET /v1/items"] })),
    data: optional(Type.Unknown()),
    body: optional(Type.String({ maxLength: 10_000_000 })),
    headers: optional(texts),
    tags: optional(texts),
    timeoutMs: optional(number(1, 600_000)),
    stopAfter: optional(
      Type.Object(
        { messages: optional(number(1, 1_000_000)), ms: optional(number(1, 600_000)) },
        closed,
      ),
    ),
    checks: optional(list(text(1_000))),
    save: optional(texts),
    thinkMs: optional(Type.Unknown()),
  },
  closed,
);

const TARGET = Type.Object(
  {
    addresses: list(Type.String({ pattern: ":\\d+$", examples: ["localhost:50051"] }), 1),
    protocol: either("grpc", "http/1.1", "http/2"),
    tls: optional(
      Type.Object(
        {
          ca: optional(text(4_096)),
          cert: optional(text(4_096)),
          key: optional(text(4_096)),
          serverName: optional(text(253)),
          insecure: optional(Type.Boolean()),
        },
        closed,
      ),
    ),
    protos: optional(
      Type.Object(
        { files: list(text(4_096), 1), importPaths: optional(list(text(4_096))) },
        closed,
      ),
    ),
    descriptorSet: optional(text(4_096)),
    headers: optional(texts),
    token: optional(
      Type.Object(
        {
          command: text(10_000),
          everySeconds: optional(number(1, 86_400)),
          header: optional(text(100)),
          prefix: optional(Type.String({ maxLength: 100 })),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** What a scenario of calls is; its pace has forms of its own (scenarios/validation). */
export const CALL_SCENARIO = Type.Object(
  {
    kind: Type.Literal("calls"),
    name: text(100),
    about: Type.String({ maxLength: 1_000 }),
    target: TARGET,
    flows: list(
      Type.Object(
        {
          group: optional(text(100)),
          weight: optional(number(0.000_001, 1e6)),
          steps: list(STEP, 1),
        },
        closed,
      ),
      1,
    ),
    perSecond: number(0.001, 1_000_000),
    pace: Type.Unknown(),
    arrivals: either("poisson", "even"),
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }),
    rows: optional(
      Type.Object({ file: text(4_096), order: optional(either("in order", "random")) }, closed),
    ),
    trace: optional(
      Type.Object(
        {
          file: text(4_096),
          speed: optional(number(0.001, 1_000)),
          asRecorded: optional(Type.Boolean()),
        },
        closed,
      ),
    ),
    warmUpSeconds: number(0, 3_600),
    seconds: number(0.1, 604_800),
    thresholds: list(Type.String()),
  },
  closed,
);
