// A function that puts the POST it gets on a queue, by the AWS SDK. Its loop around the Runtime API is
// smaller than Lambda's own.

import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";

const { AWS_LAMBDA_RUNTIME_API, BENCH_ROOT, TEAMWIRE_DECRYPT_QUEUE_URL } = process.env;
const ROOT = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;

const sqs = new SQSClient({
  requestHandler: { httpsAgent: new https.Agent({ ca: readFileSync(BENCH_ROOT), keepAlive: true }) },
});

async function handler(event) {
  const entries = [{ Id: "0", MessageBody: event.body }];
  await sqs.send(
    new SendMessageBatchCommand({ QueueUrl: TEAMWIRE_DECRYPT_QUEUE_URL, Entries: entries }),
  );
  return { statusCode: 202 };
}

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(ROOT + path, { method }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

for (;;) {
  const { headers, text } = await call("GET", "/next");
  const answer = await handler(JSON.parse(text));
  await call("POST", `/${headers["lambda-runtime-aws-request-id"]}/response`, JSON.stringify(answer));
}
