import { isId } from "../../services/model/ids.ts";
import { invalidArgument } from "../../services/platform/grpc/errors/errors.ts";

/** An id as it stands in an address. Throws INVALID_ARGUMENT. */
export function idIn(text: string | undefined, field: string): bigint {
  const id = text !== undefined && /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
  if (isId(id)) return id;
  throw invalidArgument(field, `is "${text ?? ""}"`, "an id is 1 to 2^63-1");
}

/** As above; 0n when it is not there. */
export function optionalIdIn(text: string | null, field: string): bigint {
  return text === null || text === "" ? 0n : idIn(text, field);
}
