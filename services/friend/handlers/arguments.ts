import { isUserId, MAX_ID, type UserId } from "../../model/ids.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";

/** A person's id, or INVALID_ARGUMENT naming the field. */
export function userId(field: string, value: bigint): UserId {
  if (isUserId(value)) return value;
  throw invalidArgument(field, `is ${value}`, "a person's id is 1 to 2^63-1");
}

/** 1 to `max` ids of people, repeats allowed, or INVALID_ARGUMENT naming the field and the index. */
export function userIds(field: string, values: readonly bigint[], max: number): readonly UserId[] {
  if (values.length < 1 || values.length > max) {
    throw invalidArgument(field, `has ${values.length} ids`, `send 1 to ${max}`);
  }
  return values.map((value, index) => userId(`${field}[${index}]`, value));
}

/** A bound of a range of ids: 0 for none, or INVALID_ARGUMENT naming the field. */
export function idBound(field: string, value: bigint): bigint {
  if (value >= 0n && value <= MAX_ID) return value;
  throw invalidArgument(field, `is ${value}`, "a bound is an id from 1 to 2^63-1, or 0 for none");
}

/** A limit on what is sent: 0 means `fallback`, more than `max` means `max`. */
export function limit(field: string, value: number, fallback: number, max: number): number {
  if (value < 0)
    throw invalidArgument(field, `is ${value}`, `send 1 to ${max}, or 0 for ${fallback}`);
  return value === 0 ? fallback : Math.min(value, max);
}
