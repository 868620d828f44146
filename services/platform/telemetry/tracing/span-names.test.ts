import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { expect, it } from "vitest";
import * as names from "./span-names.ts";

it.each([
  [names.ERROR_TYPE, conventions.ATTR_ERROR_TYPE],
  [names.RPC_SYSTEM_NAME, conventions.ATTR_RPC_SYSTEM_NAME],
  [names.RPC_METHOD, conventions.ATTR_RPC_METHOD],
  [names.RPC_STATUS_CODE, conventions.ATTR_RPC_STATUS_CODE],
  [names.HTTP_REQUEST_METHOD, conventions.ATTR_HTTP_REQUEST_METHOD],
  [names.HTTP_ROUTE, conventions.ATTR_HTTP_ROUTE],
  [names.HTTP_RESPONSE_STATUS_CODE, conventions.ATTR_HTTP_RESPONSE_STATUS_CODE],
  [names.URL_SCHEME, conventions.ATTR_URL_SCHEME],
  [names.MESSAGING_SYSTEM_NAME, conventions.ATTR_MESSAGING_SYSTEM_NAME],
  [names.MESSAGING_DESTINATION_NAME, conventions.ATTR_MESSAGING_DESTINATION_NAME],
  [names.MESSAGING_OPERATION_NAME, conventions.ATTR_MESSAGING_OPERATION_NAME],
  [names.MESSAGING_OPERATION_TYPE, conventions.ATTR_MESSAGING_OPERATION_TYPE],
  [names.MESSAGING_BATCH_MESSAGE_COUNT, conventions.ATTR_MESSAGING_BATCH_MESSAGE_COUNT],
])("%s is what the semantic conventions say", (name, conventional) => {
  expect(name).toBe(conventional);
});
