import type { TSchema } from "@sinclair/typebox";
import { Problem } from "./problem.ts";

/** What a route answers: its schema on success, a problem else. */
export function answers<Schema extends TSchema>(success: Schema, description: string) {
  return { 200: { ...success, description }, default: problem } as const;
}

export const problem = {
  description: "Anything else is a problem (RFC 9457).",
  content: { "application/problem+json": { schema: Problem } },
};
