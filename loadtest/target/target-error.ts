/** The target can't be had, or can't do what was asked. The message names what to do. */
export class TargetError extends Error {
  override readonly name = "TargetError";
}
