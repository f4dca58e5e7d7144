/** Situations of a consumer, in a real table: TABLE. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { TeamwireEvent } from "./events.js";
import { isNewer, type Shown } from "./order.js";
import { Table } from "./table.js";
import { fetchData, keptAfter, read } from "./teamwire.js";

const ROOT = new URL("../../../", import.meta.url);
const EXAMPLES = new URL("examples/events/", ROOT);
const names = readdirSync(EXAMPLES);

const json = (path: string) => JSON.parse(readFileSync(new URL(path, ROOT), "utf8"));
const example = (name: string, other: object = {}): TeamwireEvent =>
  ({ ...read(readFileSync(new URL(`${name}.json`, EXAMPLES), "utf8")), ...other }) as TeamwireEvent;

test("every schema is strict, and every example fits that of its type and that of all events", () => {
  assert.ok(names.length > 30);
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  const all = ajv.compile(json("docs/events.schema.json"));
  for (const name of names) {
    const [type = ""] = name.split(".");
    const id = `urn:teamwire:event:v1:${type}`;
    const own = ajv.getSchema(id) ?? ajv.compile(json(`docs/schemas/v1/${type}.json`));
    const event: object = json(`examples/events/${name}`);
    const fits = [own(event), all(event)].every(Boolean);
    assert.ok(fits, `${name}: ${ajv.errorsText([...(own.errors ?? []), ...(all.errors ?? [])])}`);
    for (const wrong of [{ origin: "other" }, { data: 7 }, { traceparent: "00" }, { type: "teamwire.other" }]) {
      assert.ok(!own({ ...event, ...wrong }), `${name} with ${JSON.stringify(wrong)}`);
    }
  }
});

test("the AsyncAPI document is one, and has a message for each schema", async () => {
  const { default: specs } = await import("@asyncapi/specs");
  const { Ajv } = await import("ajv");
  const document = json("docs/asyncapi.json");
  const ajv = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false });
  assert.ok(ajv.validate(specs.schemas["3.0.0"], document) as boolean, ajv.errorsText());
  const files = readdirSync(new URL("docs/schemas/v1/", ROOT)).map((file) => file.replace(".json", ""));
  assert.deepEqual(Object.keys(document.components.messages).sort(), files.sort());
});

test("the order is what every case says", () => {
  const cases: { name: string; stored: Shown; incoming: Shown; newer: boolean }[] = json("shared/events/is_newer.json");
  assert.ok(cases.length > 50);
  for (const each of cases) assert.equal(isNewer(each.stored, each.incoming), each.newer, each.name);
});

test("what is no event is refused", () => {
  for (const wrong of [{ id: undefined }, { source: null }, { specversion: "2.0" }, { bad_name: "a" }]) {
    assert.throws(() => read(JSON.stringify({ ...example("gap"), ...wrong })), JSON.stringify(wrong));
  }
});

test("data is fetched from the stack's bucket and no other", async () => {
  const { data: _, ...rest } = example("chatMessage.decrypted") as { data: object };
  const event = { ...rest, dataref: "s3://claims/events/i.json" } as unknown as TeamwireEvent;
  const s3 = { send: async () => ({ Body: { transformToString: async () => '{"id":"1"}' } }) };
  const fetched = await fetchData(event, s3 as unknown as S3Client, "claims");
  assert.ok("data" in fetched && !("dataref" in fetched));
  await assert.rejects(fetchData(event, s3 as unknown as S3Client, "others"));
});

test("a view that is late fills what the last one left out", () => {
  const view = (minute: number, data: object) =>
    example("chat.viewpoint.decrypted", { id: `v${minute}`, receivedat: `2026-11-21T09:0${minute}:00.000Z`, data });
  const [early, last] = [view(1, { topic: "a", isHidden: true }), view(2, { isHidden: false })];
  for (const kept of [keptAfter(early, last), keptAfter(last, early)]) {
    assert.ok(kept && "data" in kept);
    assert.deepEqual(kept.data, { topic: "a", isHidden: false });
  }
});

test("the last state stays: repeats, late ones, tombstones, restorations, gaps", async () => {
  const tenantid = randomUUID();
  const client = DynamoDBDocumentClient.from(new DynamoDBClient());
  const table = new Table(client, process.env.TABLE ?? "", new S3Client(), "");
  const at = (minute: number) => `2026-11-21T09:0${minute}:00.000Z`;
  const own = (id: string) => ({ id: tenantid + id, tenantid, subject: "s" });
  const state = (minute: number, id = `${minute}`) => {
    const contentversion = String(1795251600000 + minute * 60_000);
    return example("chatMessage.decrypted", { ...own(id), time: at(minute), receivedat: at(minute), contentversion });
  };
  const tombstone = (minute: number) =>
    example("chatMessage.reference", { ...own("t"), time: at(minute), receivedat: at(minute) });
  const told: [TeamwireEvent, boolean][] = [
    [state(2), true], [state(2), false], [state(1), false], [tombstone(3), true], [tombstone(3), false],
    [state(2, "late"), false], [state(4), true], [tombstone(5), true],
    [example("gap", own("gap")), true], [example("gap", own("gap")), false],
  ];
  for (const [index, [event, news]] of told.entries()) assert.equal(await table.apply(event), news, `${index}`);
  const { event, writes } = await table.state(`resource/${tenantid}/s`);
  assert.deepEqual([event?.receivedat, writes], [at(5), 4]);
});

test("what the table never takes stays on the queue", async () => {
  const canceled = new TransactionCanceledException({
    message: "",
    $metadata: {},
    CancellationReasons: [{ Code: "None" }, { Code: "ValidationError" }],
  });
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  client.send = async (command: unknown) => {
    if (command instanceof GetCommand) return {};
    throw canceled;
  };
  const table = new Table(client, "t", new S3Client({}), "b");
  await assert.rejects(table.apply(example("chatMessage.decrypted")), TransactionCanceledException);
});
