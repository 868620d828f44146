import { expect, it } from "vitest";
import { calls } from "./define.ts";
import { isSecretName, withoutSecrets } from "./without-secrets.ts";

it.each([
  ["Authorization", true],
  ["proxy-authorization", true],
  ["cookie", true],
  ["X-Api-Key", true],
  ["x-amz-security-token", true],
  ["access_token", true],
  ["x-session-id", true],
  ["clientSecret", true],
  ["x-team", false],
  ["author", false],
  ["accept", false],
  ["monkey", false],
  ["pageToken", false],
])("knows by its name what may be a secret: %s", (name, isSecret) => {
  expect(isSecretName(name)).toBe(isSecret);
});

it("keeps no secret of a scenario, and everything else", () => {
  const given = calls({
    about: "http://me:SECRET1@shop.test/items?api_key=SECRET2&n=5.",
    target: {
      addresses: ["shop.test:443"],
      protocol: "http/1.1",
      headers: { Authorization: "Bearer SECRET3", "x-team": "search" },
      token: { command: "printf SECRET4", everySeconds: 60 },
    },
    flows: [
      {
        group: "visit",
        steps: [
          {
            request: "GET /items?n=5&access_token=SECRET5",
            headers: { cookie: "id=SECRET6", accept: "text/html" },
            checks: ["status == 200"],
          },
        ],
      },
    ],
  });
  const kept = withoutSecrets(given);
  expect(JSON.stringify(kept)).not.toContain("SECRET");
  expect(kept).toMatchObject({
    about: "http://***@shop.test/items?api_key=***&n=5.",
    target: {
      headers: { Authorization: "***", "x-team": "search" },
      token: { command: "***", everySeconds: 60 },
    },
    flows: [
      {
        group: "visit",
        steps: [
          {
            request: "GET /items?n=5&access_token=***",
            headers: { cookie: "***", accept: "text/html" },
            checks: ["status == 200"],
          },
        ],
      },
    ],
  });
  expect(JSON.stringify(given)).toContain("SECRET6");
});
