/**
 * Loaded into a service (`node --import`) by faults of clocks: SIGUSR2 steps what it thinks the time is by
 * TIDINGS_CHAOS_STEP_MS, and the next one back. Its monotonic clock goes on, as in a real step. From its start it may be
 * TIDINGS_CHAOS_AHEAD_MS ahead.
 */
const stepMs = Number(process.env.TIDINGS_CHAOS_STEP_MS);
const aheadMs = Number(process.env.TIDINGS_CHAOS_AHEAD_MS ?? 0);
const realNow = Date.now;
let offsetMs = 0;

process.on("SIGUSR2", () => {
  offsetMs = offsetMs === 0 ? stepMs : 0;
});

Date.now = () => realNow() + aheadMs + offsetMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, given, self) =>
    Reflect.construct(target, given.length === 0 ? [Date.now()] : given, self),
});
