/** States in a DynamoDB table whose key is `key`: one transaction for each event, by conditions
 * instead of locks. The items are those of ../../python/dynamodb.py. */

import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { TeamwireEvent } from "./events.js";
import { isTombstone } from "./order.js";
import { keptAfter, parts } from "./teamwire.js";

type Write = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** Four days on the queue, and fourteen as a dead letter. */
const REMEMBERED_SECONDS = 18 * 24 * 60 * 60;
/** DynamoDB takes 400 KB. */
const ITEM_BYTES = 350_000;
const ABSENT = { ConditionExpression: "attribute_not_exists(#key)", ExpressionAttributeNames: { "#key": "key" } };
/** What says that another wrote: it passes. All else stays on the queue. */
const CONTENDED = ["None", "ConditionalCheckFailed", "TransactionConflict"];

export class Table {
  /** `bucket` is one of yours, for what is too large for an item. */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly name: string,
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  /** Keeps what the event says; whether it was news. */
  async apply(event: TeamwireEvent): Promise<boolean> {
    const expires = Math.floor(Date.now() / 1000) + REMEMBERED_SECONDS;
    const once = isTombstone(event) ? [] : [this.put(`seen/${event.id}`, { expires }, ABSENT)];
    for (;;) {
      const replaced = await Promise.all(parts(event).map((part) => this.replace(event, part)));
      const writes = replaced.filter((write) => write !== undefined);
      if (parts(event).length === 0) writes.push(this.put(`missing/${event.id}`, { event: JSON.stringify(event) }));
      if (once.length + writes.length === 0) return false;
      try {
        await this.client.send(new TransactWriteCommand({ TransactItems: [...once, ...writes] }));
        return writes.length > 0;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const codes = error.CancellationReasons?.map((reason) => reason.Code ?? "None") ?? [];
        if (once.length && codes[0] === "ConditionalCheckFailed") return false;
        if (!codes.every((code) => CONTENDED.includes(code))) throw error;
        // Another wrote the same resource in this moment: look again.
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
      }
    }
  }

  /** The event that a part of a resource was last written by, and how often it was. */
  async state(key: string): Promise<{ event?: TeamwireEvent; writes: number }> {
    const answer = await this.client.send(new GetCommand({ TableName: this.name, Key: { key }, ConsistentRead: true }));
    return answer.Item ? { event: JSON.parse(answer.Item.event), writes: answer.Item.writes } : { writes: 0 };
  }

  private async replace(event: TeamwireEvent, part: string): Promise<Write | undefined> {
    const name = `${part}/${event.tenantid}/${event.subject}`;
    const { event: stored, writes } = await this.state(name);
    const kept = keptAfter(stored, event);
    if (!kept) return undefined;
    const unchanged = { ConditionExpression: "writes = :writes", ExpressionAttributeValues: { ":writes": writes } };
    const item = { event: await this.text(kept), writes: writes + 1 };
    return this.put(name, item, stored ? unchanged : ABSENT);
  }

  private async text(event: TeamwireEvent): Promise<string> {
    const text = JSON.stringify(event);
    if (Buffer.byteLength(text) <= ITEM_BYTES || !("data" in event)) return text;
    const { data, ...small } = event;
    const Key = `events/${event.id}.json`;
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body: JSON.stringify(data) }));
    return JSON.stringify({ ...small, dataref: `s3://${this.bucket}/${Key}` });
  }

  private put(key: string, item: object, condition: object = {}): Write {
    return { Put: { TableName: this.name, Item: { key, ...item }, ...condition } };
  }
}
