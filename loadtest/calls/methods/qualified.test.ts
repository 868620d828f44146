import { create, createFileRegistry } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { qualified } from "./qualified.ts";

const { MESSAGE, ENUM } = FieldDescriptorProto_Type;
let number = 1;
const field = (name: string, typeName: string, type = MESSAGE) => ({
  name,
  typeName,
  type,
  number: number++,
  label: FieldDescriptorProto_Label.OPTIONAL,
});

/** As protobufjs describes them: relative names, and no imports. */
const money = create(FileDescriptorProtoSchema, {
  name: "shop_money.proto",
  package: "shop.money",
  syntax: "proto3",
  messageType: [{ name: "Amount" }, { name: "Item" }],
});
const shop = create(FileDescriptorProtoSchema, {
  name: "shop_v1.proto",
  package: "shop.v1",
  syntax: "proto3",
  enumType: [{ name: "Stock", value: [{ name: "NONE", number: 0 }] }],
  messageType: [
    {
      name: "Item",
      field: [
        field("stock", "Stock", ENUM),
        field("part", "Part"),
        field("price", "money.Amount"),
        field("full", "shop.money.Item"),
        field("already", ".shop.v1.Item.Part"),
      ],
      nestedType: [{ name: "Part", field: [field("item", "Item"), field("part", "Part")] }],
    },
  ],
  service: [{ name: "Shop", method: [{ name: "Get", inputType: "Item", outputType: "Item" }] }],
});

it("calls each type by its full name, from the innermost scope outward, and names imports", () => {
  const files = qualified([money, shop]);
  const found = present(files[1]);
  const [item] = found.messageType;
  expect(item.field.map(({ typeName }) => typeName)).toEqual([
    ".shop.v1.Stock",
    ".shop.v1.Item.Part",
    ".shop.money.Amount",
    ".shop.money.Item",
    ".shop.v1.Item.Part",
  ]);
  expect(item.nestedType[0].field.map(({ typeName }) => typeName)).toEqual([
    ".shop.v1.Item",
    ".shop.v1.Item.Part",
  ]);
  expect(found.service[0].method[0]).toMatchObject({ inputType: ".shop.v1.Item" });
  expect(found.dependency).toEqual(["shop_money.proto"]);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  expect(registry.getService("shop.v1.Shop")?.method.get.output.typeName).toBe("shop.v1.Item");
});

it("leaves a name as it is that nobody declares", () => {
  const strange = create(FileDescriptorProtoSchema, {
    name: "strange.proto",
    messageType: [{ name: "One", field: [field("other", "Unknown")] }],
  });
  const [found] = qualified([strange]);
  expect(found.messageType[0].field[0].typeName).toBe("Unknown");
});
