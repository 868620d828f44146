import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An authority of a test's own, and what it signed, as PEM files in a folder that disposing removes. */
export interface Certificates extends Disposable {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
  read(file: string): Buffer;
}

/** By openssl: Node makes keys, and no certificates. The server's is for the name "server.test". */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "load-tls-"));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: readonly string[]) =>
    execFileSync("openssl", [...args], { stdio: "ignore" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(
    ...["req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=test authority"],
    ...["-keyout", at("ca.key"), "-out", at("ca.pem")],
  );
  const signed = (name: string, subject: string) => {
    writeFileSync(at(`${name}.ext`), `subjectAltName=DNS:${subject}\n`);
    openssl(
      ...["req", ...newKey, "-subj", `/CN=${subject}`],
      ...["-keyout", at(`${name}.key`), "-out", at(`${name}.csr`)],
    );
    openssl(
      ...["x509", "-req", "-in", at(`${name}.csr`), "-CA", at("ca.pem"), "-CAkey", at("ca.key")],
      ...[
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        at(`${name}.ext`),
        "-out",
        at(`${name}.pem`),
      ],
    );
    return { cert: at(`${name}.pem`), key: at(`${name}.key`) };
  };
  return {
    ca: at("ca.pem"),
    server: signed("server", "server.test"),
    client: signed("client", "client.test"),
    read: readFileSync,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
