/**
 * As whom sinks hold leases on cql. Shards are placed by these names, and not by ports: so the real owner's
 * share is the same in the next run, if it is at the same address itself.
 */
export function sinkNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `sink-${i + 1}`);
}
