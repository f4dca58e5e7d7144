/** A consumer that is a Lambda function on the events queue. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { Table } from "./table.js";
import { fetchData, read } from "./teamwire.js";

const { TABLE = "", BUCKET = "", CLAIM_BUCKET = "" } = process.env;
const s3 = new S3Client({ forcePathStyle: true });
const table = new Table(DynamoDBDocumentClient.from(new DynamoDBClient()), TABLE, s3, BUCKET);

/** One batch; Lambda deletes what is not named in the answer. */
export async function handler(batch: SQSEvent): Promise<SQSBatchResponse> {
  const failed = await Promise.all(
    batch.Records.map(async (record) => {
      try {
        await table.apply(await fetchData(read(record.body), s3, CLAIM_BUCKET));
        return [];
      } catch (error) {
        console.error(record.messageId, error);
        return [{ itemIdentifier: record.messageId }];
      }
    }),
  );
  return { batchItemFailures: failed.flat() };
}
