/** Something in the log or the snapshot that no crash explains. */
export class DamageError extends Error {
  constructor(where: string) {
    super(`damaged: ${where}`);
  }
}
