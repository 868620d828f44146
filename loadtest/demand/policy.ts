/** Assumed of how a mesh is run, until somebody says otherwise. */

/** CPU is planned to be used to this share at the peak; the rest is headroom. */
export const MAX_UTILISATION = 0.6;
/** Copies of what database and broker store. */
export const REPLICAS = 3;
