import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { AMQP_VARIABLES, brokerOf } from "../messaging/rabbit/config.ts";
import { ConfigError, readConfig } from "./config.ts";
import { fileText } from "./files.ts";

const folder = mkdtempSync(join(tmpdir(), "tidings-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const password = fileText("TIDINGS_X_PASSWORD_FILE", { help: "a password" });
const read = (path: string) => readConfig({ password }, { TIDINGS_X_PASSWORD_FILE: path }).password;
const write = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

it("takes the value from the file, without what an editor adds", () => {
  expect(read(write("good", " s3cret \n"))).toBe("s3cret");
  expect(readConfig({ password }, {}).password).toBe("");
});

it("names the variable and the file when there is nothing to take", () => {
  expect(() => read(join(folder, "none"))).toThrow(
    /TIDINGS_X_PASSWORD_FILE=".*none" can't be read/,
  );
  expect(() => read(write("empty", "\n"))).toThrow("is an empty file");
  expect(() => read(write("large", "x".repeat(300_000)))).toThrow("is too large");
});

it("no error of the configuration shows a URL that may hold a password", () => {
  const env = { TIDINGS_AMQP_URL: "http://me:s3cret@host" };
  const error = (() => {
    try {
      return readConfig(AMQP_VARIABLES, env);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toContain("TIDINGS_AMQP_URL (its value is not shown)");
  expect(String(error)).not.toContain("s3cret");
});

it("logs in to the broker as the user, by the password of the file, whatever its letters", () => {
  const env = {
    TIDINGS_AMQP_URL: "amqps://broker:5671/v",
    TIDINGS_AMQP_USER: "me@x",
    TIDINGS_AMQP_PASSWORD_FILE: write("odd", "a/b:c@d%"),
    TIDINGS_AMQP_CA_FILE: write("ca", "PEM"),
  };
  const { url, authorities } = brokerOf(readConfig(AMQP_VARIABLES, env));
  expect(url).toBe("amqps://me%40x:a%2Fb%3Ac%40d%25@broker:5671/v");
  expect(authorities).toBe("PEM");
});
