/** Somebody else listens on the port; the message names it and the remedy. */
export class PortInUseError extends Error {
  override name = "PortInUseError";
}

export function portInUse(host: string, port: number, cause?: unknown): PortInUseError {
  return new PortInUseError(
    `port ${port} on ${host} is in use by another process: stop that process, ` +
      "or set TIDINGS_PORT_BASE to move every port of the mesh",
    { cause },
  );
}
