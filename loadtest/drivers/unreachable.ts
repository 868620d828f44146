/** What to tell when nothing answers at an address, and what to do. */
export function unreachable(address: string, cause: Error): Error {
  return new Error(
    `No answer from ${address}: is the target running? Start it with "npm start", if it is the mesh, or give the address of one that runs. (${cause.message})`,
    { cause },
  );
}
