import { MAX_STREAM_OPERATIONS } from "../../../model/limits.ts";
import { BYTES } from "../../../model/wire/fields.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import {
  DomainError,
  invalidArgument,
  resourceExhausted,
  statusOf,
} from "../../../platform/grpc/errors/errors.ts";
import type { GrowthDefinition } from "../../definition.ts";
import type { GrowthStore } from "../../domain/store/growth-store.ts";
import { BrokenBytes, Fields } from "./fields.ts";
import { inOrder } from "./in-order.ts";
import { createOperation, readOperation } from "./operation.ts";
import { ResultWriter } from "./result-writer.ts";
import { OperationRunner } from "./run-operation.ts";

type Store = Pick<GrowthStore, "room" | "insert" | "state" | "durable">;

/** Messages that are done and wait to be durable, a stream. */
const MAX_WAITING = 64;

/** Mixed operations: done in order, answered in order, each answer once it is durable. */
export function operate(store: Store): Handler<(typeof GrowthDefinition)["operate"]> {
  return (requests) => {
    const message = new MessageRunner(store);
    return inOrder(requests, MAX_WAITING, async (bytes) => {
      await store.room();
      const answer = message.run(bytes);
      return { answer, ready: store.durable() };
    });
  };
}

/** Does the operations of one message after the other. What is wrong gets its error in its place. */
class MessageRunner {
  readonly #runner: OperationRunner;
  readonly #operation = createOperation();

  constructor(store: Store) {
    this.#runner = new OperationRunner(store);
  }

  /** The bytes of an OperateRequest; gives those of an OperateResponse. */
  run(bytes: Buffer): Buffer {
    const results = new ResultWriter();
    const fields = new Fields(bytes, 0, bytes.length);
    let count = 0;
    try {
      while (fields.next()) {
        if (fields.number !== 1 || fields.type !== BYTES) continue;
        if (++count > MAX_STREAM_OPERATIONS) throw tooMany();
        this.#one(bytes, fields, results);
      }
      if (count === 0) throw invalidArgument("operations", "has 0 items", "send 1 to 1,000");
    } catch (error) {
      // Where the next operation would begin is not known: the rest of this message is one error.
      refuse(error, results);
    }
    return results.finish();
  }

  #one(bytes: Buffer, { from, to }: Fields, results: ResultWriter): void {
    try {
      readOperation(bytes, from, to, this.#operation);
      this.#runner.run(this.#operation, results);
    } catch (error) {
      refuse(error, results);
    }
  }
}

function tooMany(): DomainError {
  return resourceExhausted(`more than ${MAX_STREAM_OPERATIONS} operations in a message: send more`);
}

function refuse(error: unknown, results: ResultWriter): void {
  const known =
    error instanceof BrokenBytes
      ? invalidArgument("operation", error.message, "see the proto")
      : error;
  if (!(known instanceof DomainError)) throw known;
  const { code, message } = statusOf(known);
  results.error(code, message);
}
