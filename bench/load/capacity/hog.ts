/** Uses a whole core until whoever started it is gone, which it looks for now and then. */
const BUSY_MS = 50;

function spin(): void {
  const untilMs = performance.now() + BUSY_MS;
  while (performance.now() < untilMs);
  setImmediate(spin);
}

process.on("disconnect", () => process.exit(0));
spin();
