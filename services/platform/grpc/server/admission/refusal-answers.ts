import type { OutgoingHttpHeaders } from "node:http2";
import type { Admission, Refusal } from "../../../admission/admission.ts";
import { overloaded } from "../../../admission/overloaded.ts";
import type { Priority } from "../../../admission/priority.ts";
import { encodeDetails } from "../../errors/error-details.ts";
import { statusOf } from "../../errors/errors.ts";
import { statusHeaders } from "../early-answer.ts";

/** Answers with different waits, made once in a window: those refused in it come again spread out. */
const SPREAD = 16;

/** The answers to calls that are not let in, made once in a window and not once a call. */
export class RefusalAnswers {
  readonly #by: string;
  readonly #admission: Admission;
  readonly #made = new Map<string, OutgoingHttpHeaders>();
  #next = 0;

  constructor(by: string, admission: Admission) {
    this.#by = by;
    this.#admission = admission;
  }

  of(priority: Priority, why: Refusal): OutgoingHttpHeaders {
    this.#next = (this.#next + 1) % SPREAD;
    const random = this.#next / SPREAD;
    return this.#made.getOrInsertComputed(`${priority} ${why} ${this.#next}`, () => {
      const admission = this.#admission;
      const error = overloaded({ by: this.#by, why, priority, admission, random });
      const { code, message, details } = statusOf(error);
      const bytes = Buffer.from(encodeDetails(code, message, details) ?? []);
      return {
        ...statusHeaders(code, message),
        "grpc-status-details-bin": bytes.toString("base64"),
      };
    });
  }

  /** The limit has moved. */
  look(): void {
    this.#made.clear();
  }
}
