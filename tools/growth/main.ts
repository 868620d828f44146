/** `npm run growth < FILE`: operations, one a line, to the growth service; their answers in order. */
import { createInterface } from "node:readline";
import {
  GrowthServiceService,
  type OperateRequest,
  type Operation,
} from "#gen/growth/v1/growth.ts";
import { readVariable } from "../../services/platform/config/config.ts";
import { addressesVariable } from "../../services/platform/config/mesh.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { toolCredentials } from "../certs/mesh-certificates.ts";
import { Command } from "../command-line/command.ts";
import { explainFailure } from "../mesh/explain-failure.ts";
import { OnItsWay } from "./on-its-way.ts";
import { LineError, parseLine } from "./parse-line.ts";
import { printResult } from "./print-result.ts";

/** Of one message; someone who types is answered line by line. */
const MAX_OPERATIONS = process.stdin.isTTY ? 1 : 500;

const program = new Command("npm run growth --")
  .description(
    "Sends operations from standard input, one a line, such as Insert(10) or GetRank(user_1).",
  )
  .addHelpText(
    "after",
    "\nA line that is wrong gets its error; the rest goes on. An insert counts each time that it is sent; " +
      "with an\nevent id, as in Insert(10, order-7) or InsertWithReferrer(15, user_1, order-8), once.",
  )
  .parse();
if (program.args.length > 0) program.error("Give the operations on standard input: see --help.");

const addresses = readVariable(addressesVariable("growth", process.env), process.env);
const channel = connect(addresses ?? [], {
  log: createLogger("growth", "silent"),
  credentials: await toolCredentials(),
  to: "growth",
  defaultDeadlineMs: 10_000,
});
const onItsWay = new OnItsWay();
let failures = 0;
try {
  for await (const { results } of createClient(GrowthServiceService, channel).operate(requests())) {
    for (const result of results) {
      const mistake = onItsWay.answer();
      if (mistake !== undefined || result.result?.$case === "error") failures++;
      console.log(mistake === undefined ? printResult(result) : `error: ${mistake}`);
    }
  }
} catch (error) {
  const where = (addresses ?? []).join(", ");
  const reason = await explainFailure(error, "growth", where, "npm start -- --with growth");
  program.error(`${reason}\n${onItsWay.warning}`);
} finally {
  channel.close();
}
process.exitCode = failures === 0 ? 0 : 1;

/** A line that is no operation is sent as one that says nothing: its answer keeps its place. */
async function* requests(): AsyncGenerator<OperateRequest> {
  let operations: OperateRequest["operations"] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    operations.push(operationOf(line));
    if (operations.length < MAX_OPERATIONS) continue;
    yield { operations };
    operations = [];
  }
  if (operations.length > 0) yield { operations };
}

function operationOf(line: string): Operation {
  let mistake: string | undefined;
  let operation: Operation = { operation: undefined };
  try {
    operation = parseLine(line);
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    mistake = error.message;
  }
  onItsWay.send(operation, mistake);
  return operation;
}
