/**
 * Who connects to a port that speaks TLS has said by then who it is, ms. Node's own 2 minutes are enough for strangers
 * without any certificate to hold every connection that a server takes.
 */
export const HANDSHAKE_MS = 10_000;
