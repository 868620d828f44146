import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescService,
  type FileRegistry,
  ScalarType,
} from "@bufbuild/protobuf";
import { findMethod, findService, servicesOf, shortName } from "./api.ts";
import { commentOf } from "./comments.ts";

/** Every service, with the names of its methods. */
export function listServices(api: FileRegistry): string {
  const lines = servicesOf(api).flatMap((service) => [
    `${shortName(service)}  (${service.typeName})`,
    ...service.methods.map((method) => `  ${method.name}`),
  ]);
  return lines.join("\n");
}

/** A service; one method with all it sends and answers; or a message or enum by its full name. */
export function describe(api: FileRegistry, name: string, methodName?: string): string {
  const type = api.getMessage(name) ?? api.getEnum(name);
  if (type !== undefined) return typeText(type);
  const service = findService(api, name);
  if (methodName === undefined) return serviceText(service);
  const method = findMethod(service, methodName);
  const types = [...reachable([method.input, method.output])].map(typeText);
  return [methodText(method).trimStart(), ...types].join("\n\n");
}

function serviceText(service: DescService): string {
  const methods = service.methods.map((method) => methodText(method, "  "));
  return [...commented(service), `service ${service.typeName} {`, ...methods, "}"].join("\n");
}

function methodText(method: DescMethod, indent = ""): string {
  const kind = method.methodKind;
  const input = `${kind === "bidi_streaming" || kind === "client_streaming" ? "stream " : ""}`;
  const output = `${kind === "bidi_streaming" || kind === "server_streaming" ? "stream " : ""}`;
  const rpc = `rpc ${method.name}(${input}${method.input.name}) returns (${output}${method.output.name})`;
  return [...commented(method), rpc].map((line) => indent + line).join("\n");
}

function typeText(type: DescMessage | DescEnum): string {
  const body =
    type.kind === "enum"
      ? type.values.map(({ name, number }) => `  ${name} = ${number}`)
      : type.fields
          .flatMap((field) => [...commented(field), fieldText(field)])
          .map((line) => `  ${line}`);
  return [...commented(type), `${type.kind} ${type.typeName} {`, ...body, "}"].join("\n");
}

function fieldText(field: DescField): string {
  const oneof = field.oneof === undefined ? "" : `  (one of ${field.oneof.name})`;
  return `${fieldType(field)} ${field.name} = ${field.number}${oneof}`;
}

function fieldType(field: DescField): string {
  switch (field.fieldKind) {
    case "map":
      return `map<${scalarName(field.mapKey)}, ${field.message?.name ?? field.enum?.name ?? scalarName(field.scalar)}>`;
    case "list":
      return `repeated ${field.message?.name ?? field.enum?.name ?? scalarName(field.scalar)}`;
    case "message":
      return field.message.name;
    case "enum":
      return field.enum.name;
    case "scalar":
      return scalarName(field.scalar);
  }
}

function scalarName(type: ScalarType | undefined): string {
  return type === undefined ? "?" : ScalarType[type].toLowerCase();
}

/** These types and all that their fields hold, each once. */
function reachable(types: readonly DescMessage[]): ReadonlySet<DescMessage | DescEnum> {
  const seen = new Set<DescMessage | DescEnum>();
  const visit = (type: DescMessage | DescEnum | undefined): void => {
    if (type === undefined || seen.has(type)) return;
    seen.add(type);
    if (type.kind === "message")
      for (const field of type.fields) visit(field.message ?? field.enum);
  };
  for (const type of types) visit(type);
  return seen;
}

function commented(desc: Parameters<typeof commentOf>[0]): string[] {
  return commentOf(desc).map((line) => `// ${line}`);
}
