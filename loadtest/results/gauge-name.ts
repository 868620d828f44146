/** "outbox events" of tidings_pending_outbox_events: what people call it. */
export function gaugeName(name: string): string {
  return name.replace(/^tidings_(pending_)?/, "").replaceAll("_", " ");
}
