import type { DescEnum, DescField, DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";

type Described = DescService | DescMethod | DescMessage | DescField | DescEnum;

/** Field numbers of descriptor.proto: they make the paths by which source locations name things. */
const FILE = { message: 4, enum: 5, service: 6 };
const MESSAGE = { field: 2, nested: 3, enum: 4 };
const SERVICE = { method: 2 };

/** The comment above something in its proto, line by line. */
export function commentOf(desc: Described): readonly string[] {
  const path = pathOf(desc).join();
  const file = (desc.kind === "rpc" || desc.kind === "field" ? desc.parent : desc).file;
  const location = file.proto.sourceCodeInfo?.location.find((one) => one.path.join() === path);
  const text = location?.leadingComments.trimEnd();
  return text ? text.split("\n").map((line) => line.trim()) : [];
}

function pathOf(desc: Described): readonly number[] {
  switch (desc.kind) {
    case "service":
      return [FILE.service, desc.file.services.indexOf(desc)];
    case "rpc":
      return [...pathOf(desc.parent), SERVICE.method, desc.parent.methods.indexOf(desc)];
    case "field":
      return [...pathOf(desc.parent), MESSAGE.field, desc.parent.fields.indexOf(desc)];
    case "message":
      return desc.parent
        ? [...pathOf(desc.parent), MESSAGE.nested, desc.parent.nestedMessages.indexOf(desc)]
        : [FILE.message, desc.file.messages.indexOf(desc)];
    case "enum":
      return desc.parent
        ? [...pathOf(desc.parent), MESSAGE.enum, desc.parent.nestedEnums.indexOf(desc)]
        : [FILE.enum, desc.file.enums.indexOf(desc)];
  }
}
