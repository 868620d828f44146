/** What is called: their answers have other statuses, and headers or none that can be seen. */
export type CheckedProtocol = "grpc" | "http";

export class CheckError extends RangeError {
  override readonly name = "CheckError";
}

const EXAMPLES =
  '"status == 200", "$.items[0].id == 5", "count($.items[*]) > 0", "header.content-type contains json", "body matches /ok/", "$.error !exists"';

/** Names the check, what is wrong with it, and what there is. */
export function wrong(text: string, problem: string): CheckError {
  return new CheckError(`Check "${text}": ${problem}. Examples: ${EXAMPLES}.`);
}
