import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { developmentToken } from "./development-token.ts";

it("makes a token for the user, good for 30 days, with a key that is made when missing", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "tidings-token-"));
  const env = { TIDINGS_DATA_DIR: dataDir, TIDINGS_JWT_ISSUER: "my-issuer" };
  const token = await developmentToken(9_007_199_254_740_993n, env);
  const payload = JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString());
  expect(payload).toMatchObject({
    sub: "9007199254740993",
    iss: "my-issuer",
    aud: "tidings-api",
    exp: payload.iat + 30 * 86_400,
  });
  await rm(dataDir, { recursive: true });
});
