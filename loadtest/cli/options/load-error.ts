/** What the person at the terminal did or has to do: printed as it is, without a stack. */
export class LoadError extends Error {
  override readonly name = "LoadError";
}
