import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";

const asIs = (bytes: Buffer) => bytes;

/** The two hot methods read and write their bytes by themselves. */
export const TimelineDefinition = {
  ...TimelineServiceService,
  appendEntries: { ...TimelineServiceService.appendEntries, requestDeserialize: asIs },
  getTimeline: { ...TimelineServiceService.getTimeline, responseSerialize: asIs },
};
