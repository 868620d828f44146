import { GrowthServiceService } from "#gen/growth/v1/growth.ts";

/** tidings.growth.v1.GrowthService, whose stream takes and gives bytes: see `handlers/operate`. */
export const GrowthDefinition = {
  ...GrowthServiceService,
  operate: {
    ...GrowthServiceService.operate,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
  },
};
