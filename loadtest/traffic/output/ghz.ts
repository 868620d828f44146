import { writeText } from "../../../population/people/texts.ts";
import { PAGE, POST, type StepBatch, textNumber } from "../stream/steps.ts";
import type { Texts } from "./ndjson.ts";

/** A data file of ghz (`--data-file`): a JSON array of the messages of one call. */
export interface GhzFile {
  readonly name: string;
  /** For ghz's `--call`. */
  readonly call: string;
}

/** By kind of step; other kinds have no file. A scroll needs the token of the page before it. */
export const GHZ_FILES: ReadonlyMap<number, GhzFile> = new Map([
  [PAGE, { name: "pages.json", call: "tidings.timeline.v1.TimelineService.GetTimeline" }],
  [POST, { name: "posts.json", call: "tidings.post.v1.PostService.CreatePost" }],
]);

/** The file of one kind of step, in pieces. ghz reads it whole, and sends in turn: no time is in it. */
export function* ghzMessages(
  batches: Iterable<StepBatch>,
  texts: Texts,
): Generator<{ readonly kind: number; readonly message: string }> {
  for (const { count, kind, person, session, step } of batches) {
    for (let i = 0; i < count; i++) {
      if (kind[i] === PAGE) {
        yield { kind: PAGE, message: `{"viewerId":"${person[i]}"}` };
      } else if (kind[i] === POST) {
        const text = writeText(texts.text(person[i], textNumber(session[i], step[i])));
        const message = `{"authorId":"${person[i]}","text":${JSON.stringify(text)}}`;
        yield { kind: POST, message };
      }
    }
  }
}
