import { expect, it } from "vitest";
import { otherHost } from "./welcome.ts";

it("says so where the mesh does not listen as TIDINGS_HOST says", () => {
  expect(otherHost("127.0.0.1", { TIDINGS_HOST: "0.0.0.0" })).toMatch(
    /^TIDINGS_HOST="0\.0\.0\.0" .* npm start listens on 127\.0\.0\.1 alone/,
  );
  expect(otherHost("127.0.0.1", { TIDINGS_HOST: "127.0.0.1" })).toBeUndefined();
  expect(otherHost("127.0.0.1", {})).toBeUndefined();
});
