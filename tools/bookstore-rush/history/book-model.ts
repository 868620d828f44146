import type { Model } from "./linearize.ts";

/** What happened to one book in one call. */
export type BookOperation =
  | { readonly kind: "sold"; readonly copies: number }
  /** So many were left, fewer than asked for. */
  | { readonly kind: "out"; readonly copies: number; readonly available: number }
  | { readonly kind: "returned"; readonly copies: number }
  | { readonly kind: "read"; readonly available: number };

/** One book with so many copies, one call at a time: the whole truth that all calls must agree with. */
export function bookModel(copies: number): Model<number, BookOperation> {
  return {
    initial: copies,
    step: (available, op) => {
      switch (op.kind) {
        case "sold":
          return available >= op.copies ? available - op.copies : undefined;
        case "out":
          return available === op.available && available < op.copies ? available : undefined;
        case "returned":
          return available + op.copies;
        default:
          return available === op.available ? available : undefined;
      }
    },
    key: String,
  };
}
