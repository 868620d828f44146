import { isPortFree } from "../../mesh/free-ports.ts";

const HOST = "127.0.0.1";
/** Both engines take three ports in a row. */
export const PORTS_PER_ENGINE = 3;

/** Which of an engine's ports something else listens on. */
export async function takenPort(first: number): Promise<number | undefined> {
  for (let port = first; port < first + PORTS_PER_ENGINE; port += 1) {
    if (!(await isPortFree(port, HOST))) return port;
  }
  return undefined;
}
